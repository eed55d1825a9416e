/** The ledger: its books hold whatever is done with it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Ledger, ledgerTiers } from "#engine/machines/ledger.ts";

const budget = { hot: 100, disk: 60 };
const ids = ["a", "b", "c", "d", "e", "f", "g"];
const step = fc.record({
  what: fc.constantFrom("reserve", "hold", "abandon", "lease", "release", "touch", "gone", "adopt"),
  tier: fc.constantFrom(...ledgerTiers),
  id: fc.constantFrom(...ids),
  bytes: fc.integer({ min: 1, max: 70 }),
});

describe("the ledger", () => {
  it("never exceeds a budget, never lets a leased entry leave, and equals a recount", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const ledger = new Ledger(budget);
        const sizes = new Map<string, number>();
        for (const { what, tier, id, bytes } of steps) {
          const standing = ledger.standing(tier, id);
          const leased = ids.filter((each) => ledger.leases(tier, each) > 0);
          if (what === "reserve" && standing === undefined) {
            const room = ledger.makeRoom(tier, bytes);
            if (room.type === "fits") {
              ledger.reserve(tier, id, bytes);
              sizes.set(`${tier} ${id}`, bytes);
            } else if (room.type === "leaving")
              for (const each of room.ids) expect(ledger.standing(tier, each)).toBe("leaving");
          } else if (what === "adopt" && standing === undefined) {
            if (ledger.adopt(tier, id, bytes, 0)) sizes.set(`${tier} ${id}`, bytes);
          } else if (what === "hold" && standing === "reserved") ledger.hold(tier, id);
          else if (what === "abandon" && standing === "reserved") {
            ledger.gone(tier, id);
            sizes.delete(`${tier} ${id}`);
          } else if (what === "gone" && standing === "leaving") {
            ledger.gone(tier, id);
            sizes.delete(`${tier} ${id}`);
          } else if (what === "lease" && (standing === "held" || standing === "reserved"))
            ledger.lease(tier, id);
          else if (what === "release" && ledger.leases(tier, id) > 0) ledger.release(tier, id);
          else if (what === "touch" && standing !== undefined) ledger.touch(tier, id);

          for (const each of leased)
            if (what !== "release" && what !== "abandon")
              expect(ledger.standing(tier, each)).not.toBe("leaving");
          for (const each of ledgerTiers) {
            const total = [...sizes]
              .filter(([name]) => name.startsWith(each))
              .reduce((sum, [, size]) => sum + size, 0);
            expect(ledger.bytes(each)).toBe(total);
            expect(ledger.recount(each)).toBe(total);
            expect(total).toBeLessThanOrEqual(budget[each]);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

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

  it("counts room that was promised to another", () => {
    const ledger = new Ledger(budget);
    expect(ledger.makeRoom("hot", 60, 50)).toEqual({ type: "full" });
    expect(ledger.makeRoom("hot", 50, 50)).toEqual({ type: "fits" });
  });

  it("names what is older than a time, but not what is in use", () => {
    const ledger = new Ledger(budget);
    ledger.adopt("disk", "a", 10, 100);
    ledger.adopt("disk", "b", 10, 200);
    ledger.adopt("disk", "c", 10, 100);
    ledger.lease("disk", "c");
    expect(ledger.olderThan("disk", 200)).toEqual(["a"]);
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
  });
});
