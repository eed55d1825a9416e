import { describe, expect, it } from "vitest";
import { pieces } from "../../apps/node-host/demo/album.ts";
import { mixdown } from "../../apps/node-host/demo/mix/mixdown.ts";
import { renderPiece } from "../../apps/node-host/demo/renderPiece.ts";
import { filter } from "../../apps/node-host/demo/synth/filter.ts";

const [dull, harsh, quiet, narrow, muddy] = pieces.map((piece) => ({
  piece,
  sides: mixdown(piece, { untilSeconds: 18 }),
})) as [Made, Made, Made, Made, Made];
type Made = { readonly piece: (typeof pieces)[number]; readonly sides: ReturnType<typeof mixdown> };

function energy(samples: Float32Array): number {
  return samples.reduce((sum, x) => sum + x * x, 0);
}

/** Energy above or below `hz` as share of all, dB; both channels. */
async function share(made: Made, kind: "low" | "high", hz: number): Promise<number> {
  const sides = await made.sides;
  const all = energy(sides[0]) + energy(sides[1]);
  const kept = sides.map((side) => energy(filter(filter(side.slice(), kind, hz), kind, hz)));
  return 10 * Math.log10((kept[0]! + kept[1]!) / all);
}

async function width(made: Made): Promise<number> {
  const [left, right] = await made.sides;
  const mid = left.map((x, i) => (x + right[i]!) / 2);
  const side = left.map((x, i) => (x - right[i]!) / 2);
  return 10 * Math.log10(energy(side) / energy(mid));
}

describe("the demo album", () => {
  it("is made of the same bytes every time", async () => {
    const once = await renderPiece(harsh.piece, { untilSeconds: 5 });
    const again = await renderPiece(harsh.piece, { untilSeconds: 5 });
    expect(Buffer.from(once).equals(Buffer.from(again))).toBe(true);
  }, 60_000);

  it("reports its progress step by step, forwards", async () => {
    const shares: number[] = [];
    await mixdown(narrow.piece, { untilSeconds: 1, onStep: (now) => shares.push(now) });
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.length).toBe(narrow.piece.parts.length + 1);
  }, 60_000);

  it("has a dull mix, and a harsh one with far more treble", async () => {
    const [dark, sharp] = [await share(dull, "high", 4000), await share(harsh, "high", 4000)];
    expect(dark).toBeLessThan(-20);
    expect(sharp).toBeGreaterThan(dark + 10);
  }, 60_000);

  it("has a muddy mix whose energy lies below 300 Hz", async () => {
    expect(await share(muddy, "low", 300)).toBeGreaterThan(-2);
    expect(await share(quiet, "low", 300)).toBeLessThan(-3);
  }, 60_000);

  it("has a narrow mix, and wide ones beside it", async () => {
    expect(await width(narrow)).toBeLessThan(-18);
    expect(await width(quiet)).toBeGreaterThan(-12);
  }, 60_000);

  it("never clips, has no offset, and comes from and goes to silence", async () => {
    for (const made of [dull, harsh, quiet, narrow, muddy]) {
      const sides = await made.sides;
      const ceiling = 10 ** (made.piece.treatment.peakDb / 20);
      for (const side of sides) {
        const peak = side.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
        expect(peak).toBeLessThanOrEqual(ceiling + 1e-6);
        const mean = side.reduce((sum, x) => sum + x, 0) / side.length;
        expect(Math.abs(mean)).toBeLessThan(0.003);
        expect(Math.abs(side[0]!)).toBeLessThan(1e-4);
        expect(Math.abs(side.at(-1)!)).toBeLessThan(1e-4);
      }
    }
  }, 60_000);
});
