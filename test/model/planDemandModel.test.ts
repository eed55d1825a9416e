/** The plan of a demand against single frames: every frame that a lane lacks is asked for once, in its
 *  lane, and nothing that is held is. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { expect, it } from "vitest";
import { demandSignature, planWants, type LaneNeed } from "#engine/machines/planDemand.ts";
import { WindowCache } from "#engine/machines/windowCache.ts";
import type { Want } from "#engine/protocol/clientMessages.ts";

const grid = 8;
const keys = ["0", "1"] as const;
const span = fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 12 }));
const need = fc
  .tuple(fc.constantFrom(null, ...keys), fc.nat(50), fc.nat(70), fc.nat(20), fc.nat(50))
  .map(([key, from, end, urgentFrames, aheadFrames]): LaneNeed => ({
    track: "t",
    // one rendering is one variant; of one whose key is not known nothing is held
    variant: key === "1" ? "warm@80" : key === "0" ? "original" : "punchy@5",
    key,
    from,
    end,
    urgentFrames,
    aheadFrames,
  }));

type Frame = `${string} ${string} ${number}`;
const framesOf = (wants: readonly Want[]): Frame[] =>
  wants.flatMap(({ variant, lane, from, until }) =>
    Array.from({ length: until - from }, (_, at): Frame => `${variant} ${lane} ${from + at}`),
  );

/** Frames of one need, most important first, with what is held left out. */
function lackingOf(need: LaneNeed, lane: Want["lane"], held: ReadonlySet<string>): Frame[] {
  const { from, end, urgentFrames, aheadFrames, variant, key } = need;
  const near = from + urgentFrames;
  const far = Math.floor((from + aheadFrames) / grid) * grid;
  const frames: Frame[] = [];
  for (let frame = from; frame < end; frame++) {
    if (held.has(`${key} ${frame}`)) continue;
    const isUrgent = frame < near && frame < from + aheadFrames;
    const isBulk = frame >= near && frame < far;
    if (lane === "urgent" ? isUrgent : isBulk) frames.push(`${variant} ${lane} ${frame}`);
  }
  return frames;
}

it("a demand asks for every frame that is lacking, urgent ones first, and for none that is held", () => {
  const seen = { whole: 0, cut: 0, empty: 0 };
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(...keys), span), { maxLength: 8 }),
      fc.array(need, { maxLength: 3 }),
      fc.integer({ min: 5, max: 24 }),
      (slices, needs, max) => {
        const window = new WindowCache();
        const held = new Set<string>();
        for (const [key, [start, frames]] of slices) {
          window.add(key, { start, frames, channels: 1, samples: new Int16Array(frames) });
          for (let at = 0; at < frames; at++) held.add(`${key} ${start + at}`);
        }
        const wants = planWants(needs, "bright@80", window, grid, max);
        const should = (["urgent", "bulk"] as const).flatMap((lane) =>
          needs.flatMap((each) => lackingOf(each, lane, held)),
        );
        assert.ok(wants.length <= max, "bounded");
        // what is cut is what matters least
        const asked = framesOf(wants);
        assert.deepEqual(asked, should.slice(0, asked.length));
        const isCut = asked.length < should.length;
        if (isCut) assert.ok(wants.length >= max - needs.length - 1, "cut because it is full");
        // the state of every rendition is of interest, and that of the other side
        for (const { variant } of needs) assert.ok(wants.some((want) => want.variant === variant));
        assert.equal(wants.at(-1)?.variant, needs.length > 0 ? "bright@80" : undefined);
        seen[isCut ? "cut" : asked.length === 0 ? "empty" : "whole"]++;

        // the signature stays as slices come in from the near end, and changes with the far one
        for (const [at, want] of wants.entries()) {
          if (want.until - want.from < 2) continue;
          const nearer = wants.with(at, { ...want, from: want.from + 1 });
          assert.equal(demandSignature(nearer), demandSignature(wants));
          const farthest = Math.max(
            ...wants
              .filter(({ variant, lane }) => variant === want.variant && lane === want.lane)
              .map(({ until }) => until),
          );
          const farther = wants.with(at, { ...want, until: farthest + grid });
          assert.notEqual(demandSignature(farther), demandSignature(wants));
        }
      },
    ),
    { seed: 12, numRuns: 1000 },
  );
  for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(10);
});
