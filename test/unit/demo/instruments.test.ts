import { describe, expect, it } from "vitest";
import { pieces } from "../../../apps/node-host/demo/album.ts";
import { drumKeys } from "../../../apps/node-host/demo/music/drumPatterns.ts";
import {
  albumRate,
  hertz,
  type Instrument,
} from "../../../apps/node-host/demo/synth/instrument.ts";

const parts = pieces.flatMap((piece) => piece.parts);
const pitched = unique(parts.filter((part) => !part.unpitched).map((part) => part.instrument));
const kits = unique(parts.filter((part) => part.unpitched).map((part) => part.instrument));

function unique(instruments: readonly Instrument[]): Instrument[] {
  return [...new Map(instruments.map((one) => [one.name, one])).values()];
}

/** Fundamental near `guess`, Hz: the lag of the highest autocorrelation within a semitone, with a
 *  parabola through its neighbours. @param lags periods looked at once: the more, the finer */
function pitchOf(samples: Float32Array, guess: number, lags: number): number {
  const from = Math.round(0.15 * albumRate);
  const count = Math.round(0.12 * albumRate);
  const centre = (albumRate / guess) * lags;
  const at = (lag: number) => {
    let sum = 0;
    for (let i = from; i < from + count; i++) sum += samples[i]! * (samples[i + lag] ?? 0);
    return sum;
  };
  const reach = Math.max(3, Math.round(centre * 0.04));
  let best = Math.round(centre) - reach;
  for (let lag = best; lag <= centre + reach; lag++) if (at(lag) > at(best)) best = lag;
  const [a, b, c] = [at(best - 1), at(best), at(best + 1)];
  return (albumRate * lags) / (best + (a - c) / (2 * (a - 2 * b + c)));
}

describe.each(pitched)("$name", (instrument) => {
  it("sounds at its pitch, within 12 cents", () => {
    for (const midi of [48, 69]) {
      const request = { midi, seconds: 0.8, velocity: 0.8, variant: 0 };
      const sound = instrument.play(request);
      expect(sound).toHaveLength(instrument.channels);
      // A detuned ensemble has its pitch in the middle, and beats when looked at for long.
      const lags = instrument.channels === 1 ? 10 : 3;
      const hz = hertz(midi);
      const cents = sound.map((side) => 1200 * Math.log2(pitchOf(side, hz, lags) / hz));
      const mean = cents.reduce((sum, value) => sum + value, 0) / cents.length;
      expect(Math.abs(mean), `pitch ${midi}: ${cents}`).toBeLessThan(12);
    }
  });

  it("begins and ends in silence and is neither silent nor too loud between", () => {
    for (const velocity of [0.2, 1])
      for (const side of instrument.play({ midi: 64, seconds: 0.4, velocity, variant: 0 })) {
        expect(Math.abs(side[0]!)).toBeLessThan(0.002);
        expect(Math.abs(side.at(-1)!)).toBeLessThan(1e-4);
        const peak = side.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
        expect(peak).toBeGreaterThan(0.1);
        expect(peak).toBeLessThan(2.5);
      }
  });

  it("gives the same samples for the same note, every time", () => {
    const request = { midi: 67, seconds: 0.2, velocity: 0.6, variant: instrument.variants - 1 };
    expect(instrument.play(request)).toEqual(instrument.play(request));
  });
});

describe.each(kits)("$name", (kit) => {
  it("has every drum, each beginning and ending without a click", () => {
    for (const midi of Object.values(drumKeys)) {
      const [hit] = kit.play({ midi, seconds: 0.2, velocity: 0.9, variant: 1 });
      expect(Math.abs(hit![0]!)).toBeLessThan(0.05);
      expect(Math.abs(hit!.at(-1)!)).toBeLessThan(1e-3);
      expect(hit!.every((x) => Number.isFinite(x) && Math.abs(x) < 3)).toBe(true);
    }
    expect(() => kit.play({ midi: 1, seconds: 1, velocity: 1, variant: 0 })).toThrow(RangeError);
  });
});
