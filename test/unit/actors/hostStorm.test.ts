/** The host's root in a storm: several players, HTTP reads, faults of disk and engine, a file that
 *  changes, memory for a handful of segments. Its books stay sound, nothing is rendered twice at
 *  once, and when the storm is over everybody is served and nothing is left behind. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fault } from "#engine/protocol/faults.ts";
import type { FakePlayer } from "../fakes/fakePlayer.ts";
import { coverOf, expectTrueSamples, hostRig, type HostRig } from "../fakes/hostRig.ts";

const variants = ["original", "warm@80", "bright@40"] as const;
const want = fc.record({
  variant: fc.constantFrom(...variants),
  track: fc.constantFrom("a", "b"),
  from: fc.integer({ min: 0, max: 40 }).map((at) => at * 70),
  length: fc.integer({ min: 1, max: 1500 }),
  lane: fc.constantFrom("urgent" as const, "bulk" as const),
});
const who = fc.integer({ min: 0, max: 2 });
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant("demand" as const),
      who,
      wants: fc.array(want, { maxLength: 3 }),
      playing: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("leave" as const), who }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("credit" as const), who }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("read" as const),
      variant: fc.constantFrom(...variants),
      segment: fc.integer({ min: 0, max: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("unread" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("engine" as const),
      code: fc.constantFrom("render-failed", "worker-lost", "source-changed", null),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("disk" as const), isFull: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("spoil" as const) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("touch" as const) }) },
);
const storm = fc.array(fc.tuple(step, fc.integer({ min: 0, max: 40 })), { maxLength: 40 });
type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never;

class Storm {
  readonly rig: HostRig = hostRig({
    hotBytes: 7000,
    warmBytes: 10_000,
    diskBytes: 22_000,
    queueMax: 12,
  });
  readonly players: FakePlayer[];
  readonly reads: (() => void)[] = [];
  readonly opened: (() => void)[] = [];
  credit = 20_000;

  constructor() {
    const { world } = this.rig;
    world.tracks.set("b", { signature: "1", totalFrames: 1234, rate: 150, channels: 1 });
    world.decodeSpeed = 30;
    this.players = [this.rig.join(2000), this.rig.join(20_000), this.rig.join(20_000)];
  }

  apply(each: Step): void {
    const { world } = this.rig;
    if (each.type === "demand") {
      const wants = each.wants.map(({ from, length, ...more }) => ({
        ...more,
        from,
        until: from + length,
      }));
      this.players[each.who]!.want(wants, { playing: each.playing });
    } else if (each.type === "leave") {
      this.players[each.who]!.report({ type: "closed", code: 1006, reason: "" });
      this.players[each.who] = this.rig.join(3000);
    } else if (each.type === "credit") {
      this.credit += 8000;
      for (const lane of ["urgent", "bulk"] as const)
        this.players[each.who]!.say({ type: "credit", lane, granted: this.credit });
    } else if (each.type === "read") this.read(each.variant, each.segment);
    else if (each.type === "unread") this.reads.shift()?.();
    else if (each.type === "engine")
      world.renderFault = each.code === null ? null : fault(each.code, "storm");
    else if (each.type === "disk")
      world.writeFault = each.isFull ? fault("disk-full", "storm") : null;
    else if (each.type === "spoil") {
      for (const [path, file] of world.files)
        if (path.startsWith("segments"))
          world.files.set(path, { ...file, bytes: file.bytes.slice(0, 60) });
    } else if (each.type === "touch") {
      const track = world.tracks.get("a")!;
      track.signature = `${Number(track.signature) + 1}`;
      for (const tell of world.watchers) tell(1);
    }
  }

  read(variant: string, segment: number): void {
    let end = () => {};
    const close = this.rig.host.openRendition({ track: "a", variant, rate: null }, (said) => {
      if (said.type !== "rendition" || said.status !== "ready") return;
      end();
      end = this.rig.host.readSegment({ key: said.key, segment }, () => {});
    });
    this.reads.push(() => {
      end();
      close();
    });
  }
}

describe("in a storm", () => {
  it("the books are sound at every moment, and afterwards everybody is served", () => {
    fc.assert(
      fc.property(storm, (steps) => {
        const all = new Storm();
        const { rig } = all;
        for (const [each, ms] of steps) {
          all.apply(each);
          rig.pass(ms);
          expect(new Set(rig.world.running.keys()).size).toBeLessThanOrEqual(rig.world.slots);
        }
        rig.world.renderFault = null;
        rig.world.writeFault = null;
        const players = [rig.join(), rig.join(), rig.join()];
        const from = [0, 700, 1900];
        for (const [at, player] of players.entries()) {
          const until = from[at]! + 500;
          player.want([{ variant: variants[at]!, from: from[at]!, until, lane: "bulk" }]);
        }
        for (const player of all.players) player.want([]);
        for (let s = 0; s < 12; s++) {
          rig.world.clock.pass(1000);
          for (const player of players) player.say({ type: "ping", at: s });
        }
        expect(rig.host.audit()).toEqual([]);
        for (const [at, player] of players.entries()) {
          // a file that changed a moment ago may have been served in its old version first; under no key
          // is a frame sent twice, and the newest one is whole
          const covers = [...new Set(player.slices.map(({ key }) => key))].map((key) =>
            coverOf(player.slices, key),
          );
          expect(covers.at(-1)).toEqual([[from[at]!, from[at]! + 500]]);
          expectTrueSamples(player.slices);
        }
        for (const end of all.reads) end();
        for (const player of [...players, ...all.players])
          if (!player.closed()) player.report({ type: "closed", code: 1000, reason: "" });
        rig.world.clock.pass(32_000);
        expect(rig.host.figures()).toMatchObject({ sessions: 0, running: 0, openTracks: 0 });
        expect(Object.values(rig.host.figures().queueDepth)).toEqual([0, 0, 0, 0, 0]);
        expect(rig.host.audit()).toEqual([]);
        expect(rig.world.clock.timers()).toBe(1); // the disk's next look for what has expired
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
