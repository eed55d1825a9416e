/** A host over ports in memory, with players that join it; the books are looked at every ms. */
import { expect } from "vitest";
import { createHost } from "#engine/actors/host.ts";
import type { Host, HostConfig, SegmentReport } from "#engine/actors/hostApi.ts";
import type { ReadyRendition, Rendition } from "#engine/protocol/hostMessages.ts";
import type { Slice } from "#engine/protocol/slice.ts";
import { fakePlayer, type FakePlayer } from "./fakePlayer.ts";
import { handClock } from "./handClock.ts";
import { fakePorts, fakeWorld, sampleAt, testConfig, type FakeWorld } from "./hostPorts.ts";

export type HostRig = {
  readonly world: FakeWorld;
  readonly host: Host;
  /** Lets time pass, ms by ms; the host's books are sound after every one. */
  readonly pass: (ms: number) => void;
  /** A player that has said hello. @param credit bytes per lane */
  readonly join: (credit?: number, name?: string) => FakePlayer;
  /** Opens a rendition as HTTP does. */
  readonly open: (
    variant: string,
    track?: string,
  ) => { readonly said: (Rendition | { type: "unopened" })[]; readonly end: () => void };
  /** Reads a segment as HTTP does. */
  readonly read: (key: string, segment: number) => SegmentReport[];
};

/** @param world what outlives the host, for tests of restarts */
export function hostRig(
  config: Partial<HostConfig> = {},
  world: FakeWorld = fakeWorld(handClock()),
): HostRig {
  const host = createHost(fakePorts(world), { ...testConfig, ...config });
  return {
    world,
    host,
    pass: (ms) => {
      for (let at = 0; at < ms; at++) {
        world.clock.pass(1);
        expect(host.audit()).toEqual([]);
      }
    },
    join: (credit, name) => {
      const player = fakePlayer(name);
      host.accept(player.socket);
      player.hello(credit);
      return player;
    },
    open: (variant, track = "a") => {
      const said: (Rendition | { type: "unopened" })[] = [];
      const end = host.openRendition({ track, variant, rate: null }, (each) => said.push(each));
      return { said, end };
    },
    read: (key, segment) => {
      const reports: SegmentReport[] = [];
      host.readSegment({ key, segment }, (report) => reports.push(report));
      return reports;
    },
  };
}

/** The newest ready rendition of a variant that a player or HTTP was told of. */
export function readyOf(
  said: readonly { readonly type: string }[],
  variant: string,
): ReadyRendition {
  const found = said.findLast(
    (each): each is ReadyRendition =>
      "status" in each && each.status === "ready" && (each as ReadyRendition).variant === variant,
  );
  if (!found) throw new Error(`${variant} was never ready`);
  return found;
}

/** Frames `[from, until)` that slices of a rendering cover; fails where two of them overlap. */
export function coverOf(slices: readonly Slice[], key?: string): [number, number][] {
  const spans = slices
    .filter((slice) => key === undefined || slice.key === key)
    .map(({ start, frames }): [number, number] => [start, start + frames])
    .toSorted((a, b) => a[0] - b[0]);
  const out: [number, number][] = [];
  for (const [from, until] of spans) {
    const last = out.at(-1);
    if (last) expect(from).toBeGreaterThanOrEqual(last[1]);
    if (last?.[1] === from) last[1] = until;
    else out.push([from, until]);
  }
  return out;
}

/** Every sample is what the fake engine makes of its key and frame. */
export function expectTrueSamples(slices: readonly Slice[]): void {
  for (const { key, start, frames, channels, samples } of slices) {
    const view = new DataView(samples.buffer, samples.byteOffset, samples.byteLength);
    for (let at = 0; at < frames; at++)
      for (let channel = 0; channel < channels; channel++)
        if (
          view.getInt16((at * channels + channel) * 2, true) !== sampleAt(key, start + at, channel)
        )
          throw new Error(`frame ${start + at} of ${key} is wrong`);
  }
}

/** All runs of a read, one after the other. */
export function bytesOf(reports: readonly SegmentReport[]): Uint8Array<ArrayBuffer> {
  const runs = reports.flatMap((each) => (each.type === "run" ? [each.samples] : []));
  const out = new Uint8Array(runs.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const run of runs) {
    out.set(run, at);
    at += run.byteLength;
  }
  return out;
}

/** Opens warm@80 and waits until it is ready. */
export function warm(rig: HostRig): ReturnType<HostRig["open"]> & { readonly key: string } {
  const opened = rig.open("warm@80");
  rig.pass(150);
  return { ...opened, key: readyOf(opened.said, "warm@80").key };
}
