import { Subject } from "rxjs";
import { describe, expect, it } from "vitest";
import { timeouts, type AnswerTime, type Timeouts } from "#engine/actors/timeouts.ts";

type Kind = "memory" | "disk";
const bounds = { memory: { minMs: 10, maxMs: 1000 }, disk: { minMs: 50, maxMs: 5000 } };

function listening() {
  const times$ = new Subject<AnswerTime<Kind>>();
  const timeouts$ = timeouts(times$, bounds);
  const heard: Timeouts<Kind>[] = [];
  const subscription = timeouts$.subscribe((each) => heard.push(each));
  return { times$, timeouts$, heard, subscription };
}

describe("timeouts$", () => {
  it("says at once what holds before the first answer", () => {
    const { heard } = listening();
    expect(heard).toEqual([
      {
        memory: { likelyMs: null, timeoutMs: 1000 },
        disk: { likelyMs: null, timeoutMs: 5000 },
      },
    ]);
  });

  it("tells every change, of the kind that was answered and of no other", () => {
    const { times$, heard } = listening();
    times$.next({ kind: "disk", tookMs: 100 });
    times$.next({ kind: "disk", tookMs: null });
    times$.next({ kind: "memory", tookMs: 20 });
    expect(heard.map(({ memory, disk }) => [memory.timeoutMs, disk.timeoutMs])).toEqual([
      [1000, 5000],
      [1000, 300],
      [1000, 600],
      [60, 600],
    ]);
  });

  it("is silent while nothing changes", () => {
    const { times$, heard } = listening();
    times$.next({ kind: "memory", tookMs: 0 });
    const { length } = heard;
    for (let n = 0; n < 10; n++) times$.next({ kind: "memory", tookMs: 0 });
    expect(heard).toHaveLength(length);
  });

  it("ends with the answers, and hears nothing after it was left", () => {
    const { times$, heard, subscription } = listening();
    subscription.unsubscribe();
    expect(times$.observed).toBe(false);
    times$.next({ kind: "disk", tookMs: 1 });
    expect(heard).toHaveLength(1);
  });
});
