import { describe, expect, it } from "vitest";
import { BlockSchedule } from "../../../apps/listen/adapters/blockSchedule.ts";

const rate = 44_100;
const block = 512;

/** Hands over all that is due at a frame. @returns where the blocks begin */
function handAll(schedule: BlockSchedule, now: number): number[] {
  const starts: number[] = [];
  for (let at = schedule.due(now); at !== null; at = schedule.due(now)) {
    starts.push(at);
    schedule.handed(now);
  }
  return starts;
}

describe("blocks of sound", () => {
  it("begin one behind the other, at whole quanta, a little ahead of the clock", () => {
    const schedule = new BlockSchedule(rate, block);
    const starts: number[] = [];
    for (let now = 0; now < 2 * rate; now += 200) {
      starts.push(...handAll(schedule, now));
      expect(starts.at(-1)! - now).toBeLessThan(0.06 * rate);
      expect(starts.at(-1)! + block - now).toBeGreaterThanOrEqual(0.06 * rate - 1);
    }
    expect(starts[0]! % 128).toBe(0);
    for (let i = 1; i < starts.length; i++) expect(starts[i]! - starts[i - 1]!).toBe(block);
    expect(schedule.late).toBe(0);
  });

  it("never overlap where they come late, and come earlier from then on", () => {
    const schedule = new BlockSchedule(rate, block);
    const before = handAll(schedule, 0);
    const end = before.at(-1)! + block;
    // kept away for half a second
    const now = rate / 2;
    const behind = handAll(schedule, now);
    expect(schedule.late).toBe(1);
    expect(behind[0]).toBeGreaterThan(Math.max(end, now));
    expect(behind.at(-1)! + block - now).toBeGreaterThanOrEqual(0.12 * rate - 1);
  });

  it("leave room for one that began at once, because the clock had passed its frame", () => {
    const schedule = new BlockSchedule(rate, block);
    const at = schedule.due(0)!;
    // the clock ran on while the block was made
    const now = at + 300;
    schedule.handed(now);
    expect(schedule.due(now)).toBeGreaterThanOrEqual(now + block);
    expect(schedule.late).toBe(1);
  });

  it("come as late as at first when nothing was late for a while", () => {
    const schedule = new BlockSchedule(rate, block);
    handAll(schedule, 0);
    handAll(schedule, rate);
    expect(schedule.late).toBe(1);
    let last = 0;
    let now = rate;
    for (; now < 25 * rate; now += 500) last = handAll(schedule, now).at(-1) ?? last;
    expect(last + block - (now - 500)).toBeLessThan(0.06 * rate + 2 * block);
    expect(schedule.late).toBe(1);
  });
});
