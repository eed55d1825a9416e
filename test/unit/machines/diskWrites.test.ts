import { describe, expect, it } from "vitest";
import { DiskWrites } from "#engine/machines/diskWrites.ts";
import { EvictionCount } from "#engine/machines/evictionCount.ts";
import { Ledger } from "#engine/machines/ledger.ts";
import { MemoryTiers } from "#engine/machines/memoryTiers.ts";
import { segmentId } from "#engine/machines/segmentId.ts";

const id = (segment: number) => segmentId("a".repeat(32), segment);

function rig() {
  const ledger = new Ledger({ hot: 0, warm: 1000, disk: 2000 });
  const carried: string[] = [];
  const orders = {
    carry: (_tier: string, kind: string, each: string) =>
      void carried.push(`${kind} ${each.split("/")[1]}`),
    announceTier: () => undefined,
    wallNow: () => 0,
  };
  const memory = new MemoryTiers(ledger, orders, new EvictionCount());
  const writes = new DiskWrites(ledger, memory, orders, 48, new EvictionCount());
  return {
    ledger,
    writes,
    /** what was ordered since this was asked last */
    carried: () => carried.splice(0),
    render: (segment: number) => {
      ledger.reserve("warm", id(segment), 50);
      ledger.hold("warm", id(segment));
      writes.add(id(segment));
      writes.run();
    },
    end: (segment: number, isDone: boolean) => {
      writes.ended(id(segment), isDone);
      writes.run();
    },
    rest: () => {
      writes.rested();
      writes.run();
    },
  };
}

it("a segment that was made anew is written once its damaged file has gone (CACHE-5)", () => {
  const { ledger, writes, carried, render, end } = rig();
  ledger.adopt("disk", id(0), 98, 0);
  ledger.leave("disk", id(0));
  render(0);
  expect(carried()).toEqual([]);
  expect(writes.size).toBe(1);
  ledger.gone("disk", id(0));
  writes.run();
  expect(carried()).toEqual(["write 0"]);
  end(0, true);
  expect(ledger.standing("disk", id(0))).toBe("held");
  expect([writes.size, ledger.leaseCount()]).toEqual([0, 0]);
});

describe("a disk that has failed (CACHE-6)", () => {
  it("is written to one by one when it has rested, until one has come through, and then with all", () => {
    const { writes, carried, render, end, rest } = rig();
    render(0);
    render(1);
    expect(carried()).toEqual(["write 0", "write 1"]);
    end(0, false);
    end(1, false);
    render(2);
    expect([writes.size, writes.behind]).toEqual([0, 3]);
    rest();
    expect(carried()).toEqual(["write 0"]);
    end(0, false);
    expect(carried()).toEqual([]);
    rest();
    expect(carried()).toEqual(["write 1"]);
    end(1, true);
    expect(carried()).toEqual(["write 2", "write 0"]);
    end(2, true);
    end(0, true);
    expect([writes.size, writes.behind, writes.unwritten]).toEqual([0, 0, 0]);
  });

  it("pins nothing in memory meanwhile, and what has left it is not written", () => {
    const { ledger, writes, carried, render, end, rest } = rig();
    for (const segment of [0, 1, 2]) render(segment);
    for (const segment of [0, 1, 2]) end(segment, false);
    expect(ledger.leaseCount()).toBe(0);
    ledger.leave("warm", id(1));
    ledger.gone("warm", id(1));
    writes.forget(id(1));
    ledger.leave("warm", id(2));
    carried();
    rest();
    end(0, true);
    expect(carried()).toEqual(["write 0"]);
    expect([writes.behind, writes.unwritten]).toEqual([0, 2]);
  });
});

it("a disk that is behind gets the rest when it has caught up", () => {
  const { writes, carried, render, end } = rig();
  for (let segment = 0; segment < 10; segment++) render(segment);
  expect(carried()).toHaveLength(8);
  expect(writes.behind).toBe(2);
  end(3, true);
  end(4, true);
  expect(carried()).toEqual(["write 8", "write 9"]);
  expect(writes.unwritten).toBe(0);
});
