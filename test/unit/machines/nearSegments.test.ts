/** What a listener is at: segments of 1000 frames. */
import { expect, it } from "vitest";
import { nearSegments } from "#engine/machines/nearSegments.ts";
import type { Resolve } from "#engine/machines/sendPlan.ts";
import type { Demand, Want } from "#engine/protocol/clientMessages.ts";

const geometry = { intervalSeconds: 10, overlapSeconds: 5, contextSeconds: 5 };
const want = (track: string, variant: string): Want => ({
  track,
  variant: variant as Want["variant"],
  from: 0,
  until: 0,
  lane: "bulk",
});
const demandOf = (frame: number, wants: readonly Want[], more: Partial<Demand> = {}): Demand => ({
  type: "demand",
  demand: 0,
  received: 0,
  playing: true,
  rate: 100,
  head: { track: "a", variant: "warm@80", frame },
  wants: [...wants],
  holds: [],
  ...more,
});
/** tracks of 2500 frames, keyed by their names */
const resolve: Resolve = (track, variant) => ({ key: `${track}-${variant}`, end: 2500 });
const both = [want("a", "warm@80"), want("a", "original")];

it("are the segment that sounds and the next, of both sides of A/B, what sounds first", () => {
  expect(nearSegments(geometry, demandOf(999, both), resolve)).toEqual([
    "a-warm@80/0",
    "a-original/0",
    "a-warm@80/1",
    "a-original/1",
  ]);
  expect(nearSegments(geometry, demandOf(1000, both), resolve)[0]).toBe("a-warm@80/1");
});

it("are of what is heard alone where no other side is named, or none is ready", () => {
  const heard = ["a-warm@80/0", "a-warm@80/1"];
  expect(nearSegments(geometry, demandOf(0, both.slice(0, 1)), resolve)).toEqual(heard);
  const unready: Resolve = (track, variant) =>
    variant === "original" ? undefined : resolve(track, variant);
  expect(nearSegments(geometry, demandOf(0, both), unready)).toEqual(heard);
});

it("go on in the track that follows, once that is wanted, and end with the last one", () => {
  const last = ["a-warm@80/2", "a-original/2"];
  const next = { next: { track: "b" } };
  expect(nearSegments(geometry, demandOf(2100, both, next), resolve)).toEqual(last);
  const wants = [...both, want("b", "warm@80")];
  expect(nearSegments(geometry, demandOf(2100, wants, next), resolve)).toEqual([
    ...last,
    "b-warm@80/0",
    "b-original/0",
  ]);
});

it("are none of a listener who is nowhere", () => {
  expect(nearSegments(geometry, undefined, resolve)).toEqual([]);
  expect(nearSegments(geometry, demandOf(0, both, { head: undefined }), resolve)).toEqual([]);
});
