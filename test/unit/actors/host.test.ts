/** The host's root end to end, over ports in memory and a clock turned by hand. */
import { describe, expect, it } from "vitest";
import { createHost } from "#engine/actors/host.ts";
import type { HostConfig, SegmentReport } from "#engine/actors/hostApi.ts";
import type { ReadyRendition, Rendition } from "#engine/protocol/hostMessages.ts";
import type { Slice } from "#engine/protocol/slice.ts";
import { fakePlayer } from "../fakes/fakePlayer.ts";
import { handClock } from "../fakes/handClock.ts";
import { fakePorts, fakeWorld, sampleAt, testConfig } from "../fakes/hostPorts.ts";

function begin(config: Partial<HostConfig> = {}, world = fakeWorld(handClock())) {
  const host = createHost(fakePorts(world), { ...testConfig, ...config });
  const pass = (ms: number) => {
    // step by step, so that the books are looked at between events
    for (let at = 0; at < ms; at++) {
      world.clock.pass(1);
      expect(host.audit()).toEqual([]);
    }
  };
  const join = (credit?: number) => {
    const player = fakePlayer();
    host.accept(player.socket);
    player.hello(credit);
    return player;
  };
  return { world, host, pass, join };
}

/** Frames of slices as `[from, until)`, in the order sent. */
const spans = (slices: readonly Slice[]) =>
  slices.map(({ start, frames }) => [start, start + frames] as const);

function ready(messages: readonly Rendition[], variant: string): ReadyRendition | undefined {
  return messages.findLast(
    (each): each is ReadyRendition => each.status === "ready" && each.variant === variant,
  );
}

function expectTrueSamples(slices: readonly Slice[]) {
  for (const { key, start, frames, channels, samples } of slices) {
    const view = new DataView(samples.buffer, samples.byteOffset, samples.byteLength);
    for (let at = 0; at < frames; at++)
      for (let channel = 0; channel < channels; channel++)
        expect(view.getInt16((at * channels + channel) * 2, true)).toBe(
          sampleAt(key, start + at, channel),
        );
  }
}

describe("the straight way", () => {
  it("a player that says hello and wants the original gets every frame of it once, in order", () => {
    const { host, pass, join, world } = begin();
    const player = join();
    expect(player.all("welcome")).toMatchObject([{ epoch: "run1", resumed: false }]);
    player.want([{ until: 2500 }]);
    pass(100);
    const rendition = ready(player.all("rendition"), "original")!;
    expect(rendition).toMatchObject({ frames: 2500, exact: true, decoded: 2500, channels: 2 });
    expect(rendition.fidelity).toBe("exact");
    expectTrueSamples(player.slices);
    let at = 0;
    for (const [from, until] of spans(player.slices)) {
      expect(from).toBe(at);
      at = until;
    }
    expect(at).toBe(2500);
    expect(player.slices.at(-1)!.remaining).toBe(0);
    expect(world.rendered).toHaveLength(3);
    expect(host.figures()).toMatchObject({ rendersTotal: 3, running: 0, sessions: 1 });
  });
});
