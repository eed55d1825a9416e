import { expect, it } from "vitest";
import { DiskWrites } from "#engine/machines/diskWrites.ts";
import { EvictionCount } from "#engine/machines/evictionCount.ts";
import { Ledger } from "#engine/machines/ledger.ts";
import { MemoryTiers } from "#engine/machines/memoryTiers.ts";
import { segmentId } from "#engine/machines/segmentId.ts";

it("a segment that was made anew is written once its damaged file has gone (CACHE-5)", () => {
  const id = segmentId("a".repeat(32), 0);
  const ledger = new Ledger({ hot: 0, warm: 100, disk: 1000 });
  const carried: string[] = [];
  const orders = {
    carry: (tier: string, kind: string) => void carried.push(`${tier} ${kind}`),
    announceTier: () => undefined,
    wallNow: () => 0,
  };
  const memory = new MemoryTiers(ledger, orders, new EvictionCount());
  const writes = new DiskWrites(ledger, memory, orders, 48, new EvictionCount());
  ledger.adopt("disk", id, 98, 0);
  ledger.leave("disk", id);
  ledger.reserve("warm", id, 50);
  ledger.hold("warm", id);
  writes.add(id);
  writes.run();
  expect(carried).toEqual([]);
  expect(writes.size).toBe(1);
  ledger.gone("disk", id);
  writes.run();
  expect(carried).toEqual(["disk write"]);
  writes.ended(id, true);
  expect(ledger.standing("disk", id)).toBe("held");
  expect([writes.size, ledger.leaseCount()]).toEqual([0, 0]);
});
