import { describe, expect, it } from "vitest";
import { MixerEvents } from "#engine/actors/page/mixerEvents.ts";
import type { MixerReport } from "#engine/protocol/mixerMessages.ts";

function state(generation: number | null, frame: number, starved = false): MixerReport {
  const queues = { queued: 0, queuedPending: 0, underrun: 0 };
  return { type: "mixer/state", generation, frame, sounding: !starved, starved, ...queues };
}

describe("what the mixer's reports mean to the player", () => {
  it("is nothing before the first commit", () => {
    expect(new MixerEvents().of(state(null, 0))).toEqual([]);
  });

  it("is a position once, as long as the lane stands still", () => {
    const events = new MixerEvents();
    expect(events.of(state(1, 40))).toEqual([{ type: "lane.moved", generation: 1, frame: 40 }]);
    expect(events.of(state(1, 40))).toEqual([]);
    expect(events.of(state(1, 48))).toEqual([{ type: "lane.moved", generation: 1, frame: 48 }]);
    expect(events.of(state(2, 48))).toEqual([{ type: "lane.moved", generation: 2, frame: 48 }]);
  });

  it("is a position anew after a commit, and in a new mixer", () => {
    const events = new MixerEvents();
    const moved = { type: "lane.moved", generation: 1, frame: 40 };
    events.of(state(1, 40));
    events.of({ type: "lane/committed", generation: 1, frame: 0 });
    expect(events.of(state(1, 40))).toEqual([moved]);
    events.reset();
    expect(events.of(state(1, 40))).toEqual([moved]);
  });

  it("is starving, and having enough again, once each, though the lane stands still", () => {
    const events = new MixerEvents();
    events.of(state(1, 40));
    expect(events.of(state(1, 40, true))).toEqual([{ type: "lane.starved" }]);
    expect(events.of(state(1, 40, true))).toEqual([]);
    expect(events.of(state(1, 40))).toEqual([{ type: "lane.refilled" }]);
  });
});
