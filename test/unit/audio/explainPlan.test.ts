import { describe, expect, test } from "vitest";
import { explainPlan } from "#engine/audio/explainPlan.ts";
import { planFor } from "#engine/audio/plan.ts";
import { renditionReadySchema } from "#engine/protocol/hostMessages.ts";
import { presets, type Preset } from "#engine/protocol/variant.ts";
import { madeFingerprint, ordinaryFingerprint } from "./madeFingerprint.ts";

const enhanced = (preset: Preset, intensity = 100) =>
  ({ kind: "enhanced", preset, intensity }) as const;

function explained(parts: Partial<typeof ordinaryFingerprint>, variant = enhanced("adaptive")) {
  const print = { ...ordinaryFingerprint, ...parts };
  return explainPlan(print, planFor(print, variant), variant);
}

describe("the explanation of a plan", () => {
  test("says what lifts a thin track, by how much and why", () => {
    const [sub, , ...rest] = ordinaryFingerprint.bandsDb;
    const said = explained({ bandsDb: [sub!, -9, ...rest] });
    expect(said[0]).toMatch(
      /^About [34]\.\d LU louder: the track is at −18\.0 LUFS, 4\.0 LU under the target of −14\.0\.$/,
    );
    expect(said[1]).toBe(
      "+3.3 dB around 120 Hz because the bass is 6.0 dB under the target curve.",
    );
  });

  test("goes by the loudness that was measured, once it is", () => {
    const variant = enhanced("adaptive");
    const plan = planFor(ordinaryFingerprint, variant);
    const [said] = explainPlan(ordinaryFingerprint, plan, variant, undefined, { loudness: -14.2 });
    expect(said).toMatch(/^About 3\.8 LU louder: /);
  });

  test("of a track of an album tells the track's own change, and the album's reason", () => {
    const variant = enhanced("adaptive");
    const plan = planFor(ordinaryFingerprint, variant);
    const track = { ...ordinaryFingerprint, integratedLoudness: -25 };
    const [said] = explainPlan(ordinaryFingerprint, plan, variant, undefined, {
      loudness: -20.9,
      track,
    });
    expect(said).toBe(
      "About 4.1 LU louder: its album, which is mastered as one, is at −18.0 LUFS, 4.0 LU under the target of −14.0.",
    );
    const [quieter] = explainPlan(ordinaryFingerprint, plan, variant, undefined, {
      loudness: -25.6,
      track,
    });
    expect(quieter).toMatch(/^About 0\.6 LU quieter/);
  });

  test("says what is the preset's own taste", () => {
    expect(explained({}, enhanced("bright"))).toContain(
      "+3.0 dB above 7500 Hz, as bright has it: the brilliance is on the target curve.",
    );
  });

  const places = { lowshelf: "below", peaking: "around", highshelf: "above" } as const;

  test("names every parameter of the plan that can be heard, and no other", () => {
    for (let seed = 1; seed <= 60; seed++)
      for (const preset of presets)
        for (const intensity of [5, 50, 100]) {
          const variant = enhanced(preset, intensity);
          const print = madeFingerprint(seed);
          const plan = planFor(print, variant);
          const said = explainPlan(print, plan, variant);
          const text = said.join("\n");
          for (const { type, frequency, gainDb } of plan.eq)
            if (type !== "highpass")
              expect(text.includes(`dB ${places[type]} ${frequency} Hz`)).toBe(
                Math.abs(gainDb) >= 0.3,
              );
          expect(text.includes(" : 1")).toBe(plan.compressor !== null);
          expect(text.includes("dBTP")).toBe(plan.ceilingDb !== null);
          expect(text.includes("both sides play the same")).toBe(plan.monoBelowHz !== null);
          expect(text).not.toMatch(/NaN|undefined|null|Infinity|-\d/);
          expect(new Set(said).size).toBe(said.length);
          for (const sentence of said) expect(sentence).toMatch(/^[+−A-Z].*\.$/);
          expect(renditionReadySchema.shape.explanation.safeParse(said).success).toBe(true);
        }
  });

  test("of nothing says so, and why", () => {
    expect(explained({}, enhanced("warm", 0))).toEqual(["Nothing is changed: intensity is 0."]);
    expect(explained({ integratedLoudness: null })).toEqual([
      "Nothing is changed: the track is silent, and silence is not raised.",
    ]);
  });

  test("says where it holds back: peaks, one side, phase", () => {
    expect(explained({ integratedLoudness: -30, peakLevelDb: -1 })[0]).toMatch(
      /and no more: .* but its loudest moments reach −1\.0 dBFS already\.$/,
    );
    expect(explained({ integratedLoudness: -50, peakLevelDb: -40 })[0]).toMatch(
      /and no more: .* but 18 dB is as far as anything is raised\.$/,
    );
    expect(explained({ balanceDb: 40, width: 1 }).join(" ")).toContain("is on one side");
    expect(explained({ correlation: -0.4, width: 3 }).join(" ")).toContain("would cancel");
    expect(explained({ channels: 1, width: 0 }).join(" ")).not.toContain("side");
  });

  test("knows the goals that the plan was made for", () => {
    const variant = enhanced("adaptive");
    const goals = { targetLoudness: -20, ceilingDb: -3 };
    const plan = planFor(ordinaryFingerprint, variant, goals);
    const text = explainPlan(ordinaryFingerprint, plan, variant, goals).join(" ");
    expect(text).toContain("over the target of −20.0");
    expect(text).toContain("below −3.0 dBTP");
  });
});
