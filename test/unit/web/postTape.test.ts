/** The page's end of a recording: nothing is lost or reordered while the host is away, and it ends when the
 *  host wants no more. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { tapeLimits } from "#engine/protocol/tape.ts";
import { postTape } from "../../../apps/web/adapters/postTape.ts";

type Answer = "taken" | "refused" | "away";
const bodies: string[] = [];
let answer: Answer = "taken";

beforeEach(() => {
  vi.useFakeTimers();
  bodies.length = 0;
  answer = "taken";
  vi.stubGlobal("fetch", (address: string, { body }: { body: string }) => {
    expect(address).toBe("/record");
    if (answer === "away") return Promise.reject(new TypeError("failed to fetch"));
    bodies.push(body);
    return Promise.resolve({ ok: answer === "taken" });
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const second = (): Promise<unknown> => vi.advanceTimersByTimeAsync(1000);

describe("posting a tape", () => {
  it("sends what has gathered once a second, and nothing when there is nothing", async () => {
    const sink = postTape();
    sink("a");
    sink("b");
    await second();
    await second();
    sink("c");
    await second();
    expect(bodies).toEqual(["a\nb", "c"]);
  });

  it("keeps everything in its order while the host is away", async () => {
    const sink = postTape();
    answer = "away";
    sink("a");
    await second();
    expect(sink("b")).toBe(true);
    await second();
    answer = "taken";
    await second();
    expect(bodies).toEqual(["a\nb"]);
  });

  it("ends when the host refuses: it records no more, or was started anew", async () => {
    const sink = postTape();
    sink("a");
    answer = "refused";
    await second();
    expect(sink("b")).toBe(false);
    answer = "taken";
    await second();
    expect(bodies).toEqual(["a"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("ends rather than keep more than it may while the host is away", async () => {
    const sink = postTape();
    answer = "away";
    const line = "x".repeat(1_000_000);
    let taken = 0;
    while (sink(line)) taken++;
    expect(taken * line.length).toBeLessThanOrEqual(2 * tapeLimits.lineCharsMax);
    expect(taken).toBeGreaterThan(3);
    await second();
    expect(bodies).toEqual([]);
  });

  it("sends no more at once than the host takes", async () => {
    const sink = postTape();
    const line = "ü".repeat(3_000_000);
    sink(line);
    sink(line);
    await second();
    await second();
    expect(bodies).toEqual([line, line]);
    for (const body of bodies)
      expect(new TextEncoder().encode(body).byteLength).toBeLessThan(tapeLimits.batchBytesMax);
  });
});
