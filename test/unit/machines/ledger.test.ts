/** The ledger, by example; `test/model` does at random whatever can be done with it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Ledger } from "#engine/machines/ledger.ts";

const budget = { hot: 100, warm: 40, disk: 60 };
const ids = ["a", "b", "c", "d", "e", "f"];

describe("the ledger", () => {
  it("once what has to leave is gone, what it was made room for fits", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 100 }),
        (sizes, bytes) => {
          const ledger = new Ledger(budget);
          for (const [at, size] of sizes.entries()) ledger.adopt("hot", ids[at]!, size, 0);
          const room = ledger.makeRoom("hot", bytes);
          if (room.type === "leaving") for (const id of room.ids) ledger.gone("hot", id);
          expect(room.type).not.toBe("full");
          ledger.reserve("hot", "new", bytes);
        },
      ),
    );
  });

  it("lets the longest unused go first, and nothing when not enough can go", () => {
    const ledger = new Ledger(budget);
    for (const id of ["a", "b", "c"]) ledger.adopt("hot", id, 30, 0);
    ledger.touch("hot", "a");
    expect(ledger.makeRoom("hot", 30)).toEqual({ type: "leaving", ids: ["b"] });
    ledger.gone("hot", "b");
    ledger.lease("hot", "c");
    expect(ledger.makeRoom("hot", 90)).toEqual({ type: "full" });
    expect(ledger.standing("hot", "a")).toBe("held");
  });

  it("names what is older than a time, but not what is in use", () => {
    const ledger = new Ledger(budget);
    ledger.adopt("disk", "a", 10, 100);
    ledger.adopt("disk", "b", 10, 200);
    ledger.adopt("disk", "c", 10, 100);
    ledger.lease("disk", "c");
    expect(ledger.olderThan("disk", 200)).toEqual(["a"]);
  });

  it("takes a segment from one tier to another with those who use it, as what was used last", () => {
    const ledger = new Ledger(budget);
    ledger.adopt("warm", "a", 10, 0);
    ledger.reserve("hot", "b", 20);
    ledger.lease("hot", "b");
    ledger.move("hot", "warm", "b");
    expect([ledger.bytes("hot"), ledger.bytes("warm")]).toEqual([0, 30]);
    expect([ledger.standing("warm", "b"), ledger.leases("warm", "b")]).toEqual(["reserved", 1]);
    ledger.hold("warm", "b");
    ledger.release("warm", "b");
    expect(ledger.idle("warm")).toEqual(["a", "b"]);
    ledger.adopt("hot", "c", 11, 0);
    expect(() => ledger.move("hot", "warm", "c")).toThrow(RangeError);
    ledger.leave("hot", "c");
    expect(() => ledger.move("hot", "disk", "c")).toThrow(RangeError);
  });

  it("throws at what only a bug can do", () => {
    const ledger = new Ledger(budget);
    ledger.adopt("hot", "a", 10, 0);
    expect(() => ledger.reserve("hot", "a", 1)).toThrow(RangeError);
    expect(() => ledger.reserve("hot", "b", 91)).toThrow(RangeError);
    expect(() => ledger.release("hot", "a")).toThrow(RangeError);
    expect(() => ledger.gone("hot", "a")).toThrow(RangeError);
    ledger.lease("hot", "a");
    expect(() => ledger.leave("hot", "a")).toThrow(RangeError);
    expect(() => ledger.move("warm", "hot", "a")).toThrow(RangeError);
  });
});
