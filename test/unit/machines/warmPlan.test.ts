/** What is worth warming, and in which order. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { frames } from "#engine/protocol/geometry.ts";
import { warmPlan, type WarmScene } from "#engine/machines/warmPlan.ts";

const geometry = { intervalSeconds: 10, overlapSeconds: 5, contextSeconds: 5 };

/** A listener in the middle of a track of 100 s at 10 Hz. */
function scene(more: Partial<WarmScene> = {}): WarmScene {
  return {
    geometry,
    rate: 10,
    heard: { track: "a", frames: frames(1000), isWhole: true },
    variant: "warm@80",
    frame: 450,
    counterpart: "original",
    recent: [],
    next: null,
    aroundSeconds: 20,
    isSpreading: false,
    ...more,
  };
}

const short = ({ track, variant, segment, priority }: ReturnType<typeof all>[number]) =>
  `${track}${segment} ${variant} ${priority}`;
const all = (of: WarmScene) => [...warmPlan(of)];

describe("what is worth warming", () => {
  it("is both sides of A/B around the head: where it is, what follows, then farther away", () => {
    expect(all(scene()).map(short)).toEqual(
      [4, 5, 6, 3, 2].flatMap((at) => [`a${at} warm@80 low`, `a${at} original low`]),
    );
  });

  it("is the present segment of what was listened to just now", () => {
    const plan = all(scene({ recent: ["original", "bright@80", "punchy@80"] })).map(short);
    expect(plan.slice(0, 5)).toEqual([
      "a4 warm@80 low",
      "a4 original low",
      "a4 bright@80 low",
      "a4 punchy@80 low",
      "a5 warm@80 low",
    ]);
    expect(plan).toHaveLength(12);
  });

  it("is the beginning of the track that follows, behind what is near", () => {
    const next = { track: "b", frames: frames(120), isWhole: true };
    const plan = all(scene({ next })).map(short);
    expect(plan.slice(-4)).toEqual([
      "b0 warm@80 low",
      "b0 original low",
      "b1 warm@80 low",
      "b1 original low",
    ]);
    expect(all(scene({ next: { ...next, track: "a" } }))).toHaveLength(10);
    expect(all(scene({ next: { ...next, frames: frames(0), isWhole: false } }))).toHaveLength(10);
  });

  it("is, after a while of play, the rest of the track as it is heard: what is ahead before what is behind", () => {
    const plan = all(scene({ isSpreading: true })).map(short);
    expect(plan.slice(10)).toEqual(
      [7, 8, 9, 1, 0].map((segment) => `a${segment} warm@80 background`),
    );
  });

  it("is nothing of a track that is not decoded so far, and no segment that is cut there", () => {
    const heard = { track: "a", frames: frames(299), isWhole: false };
    expect(all(scene({ heard, frame: 0, counterpart: null })).map(short)).toEqual([
      "a0 warm@80 low",
      "a1 warm@80 low",
    ]);
    expect(all(scene({ heard: { ...heard, frames: frames(99) } }))).toEqual([]);
  });

  it("is each segment of each variant once, inside the track, falling in class, whatever the scene", () => {
    const track = (name: string) =>
      fc.record({
        track: fc.constant(name),
        frames: fc.nat(3000).map(frames),
        isWhole: fc.boolean(),
      });
    const variant = fc.constantFrom("original", "warm@80", "bright@80", "punchy@80");
    const scenes = fc.record({
      heard: track("a"),
      next: fc.option(track("b")),
      variant,
      counterpart: fc.option(variant),
      recent: fc.uniqueArray(variant, { maxLength: 4 }),
      frame: fc.nat(5000),
      aroundSeconds: fc.nat(60),
      isSpreading: fc.boolean(),
    });
    fc.assert(
      fc.property(scenes, (drawn) => {
        const counterpart = drawn.counterpart === drawn.variant ? null : drawn.counterpart;
        const given = scene({ ...drawn, counterpart });
        const plan = all(given);
        expect(new Set(plan.map(short)).size).toBe(plan.length);
        const classes = plan.map(({ priority }) => priority);
        expect(classes).toEqual(classes.toSorted((a, b) => (a === b ? 0 : a === "low" ? -1 : 1)));
        for (const { track: name, segment } of plan) {
          const { frames: length, isWhole } = name === "a" ? given.heard : given.next!;
          expect(segment).toBeGreaterThanOrEqual(0);
          expect(segment * 100).toBeLessThan(length);
          if (!isWhole) expect((segment + 1) * 100).toBeLessThanOrEqual(length);
        }
        // the distance to the head never falls by more than the way from one side to the other
        const here = Math.min(
          Math.floor(given.frame / 100),
          Math.max(0, Math.ceil(given.heard.frames / 100) - 1),
        );
        const near = plan.filter(({ track: name, priority }) => name === "a" && priority === "low");
        if (near.length > 0 && given.heard.isWhole) expect(near[0]!.segment).toBe(here);
        const heardNear = near.filter((each) => each.variant === given.variant);
        const around = given.aroundSeconds / 10;
        for (const { segment } of heardNear)
          expect(Math.abs(segment - here)).toBeLessThanOrEqual(Math.ceil(around) + 1);
        if (given.isSpreading && given.heard.isWhole)
          expect(
            new Set(
              plan
                .filter((each) => each.track === "a" && each.variant === given.variant)
                .map(({ segment }) => segment),
            ).size,
          ).toBe(Math.ceil(given.heard.frames / 100));
      }),
      { numRuns: 300 },
    );
  });
});
