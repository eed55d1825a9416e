/** A drum kit from sines and filtered noise; every hit in three variants that take turns. */
import { type Drum, drumKeys } from "../music/drumPatterns.ts";
import { seededRandom } from "../music/seededRandom.ts";
import { filter } from "./filter.ts";
import { albumRate, type Instrument, samplesIn, shape } from "./instrument.ts";

export type KitOptions = {
  readonly name: string;
  /** pitch of the kick where it comes to rest, Hz */
  readonly kickHz: number;
  /** seconds in which the kick falls to 1/e */
  readonly kickRing: number;
  readonly snareHz: number;
  /** 0 soft … 1 hard: clicks, wires and metal */
  readonly edge: number;
};

type Hit = { readonly velocity: number; readonly random: () => number; readonly kit: KitOptions };

/** @throws RangeError when a part asks for a key that the kit has not */
export function drumKit(kit: KitOptions): Instrument {
  const byKey = new Map(Object.entries(drumKeys).map(([drum, midi]) => [midi, drum as Drum]));
  return {
    name: kit.name,
    channels: 1,
    variants: 3,
    play: ({ midi, velocity, variant }) => {
      const drum = byKey.get(midi as (typeof drumKeys)[Drum]);
      if (!drum) throw new RangeError(`no drum ${midi}`);
      const random = seededRandom(`${kit.name} ${drum} ${variant}`);
      return [hits[drum]({ velocity, random, kit })];
    },
  };
}

const hits: Readonly<Record<Drum, (hit: Hit) => Float32Array>> = {
  kick: ({ kit, velocity, random }) => {
    const out = swept(kit.kickHz * (1 + random() * 0.01), 3.2 + 2 * kit.edge, 0.028, kit.kickRing);
    return mixed(out, noise(0.012, random, "low", 1800 + 5000 * kit.edge, 0.003), 0.5 * velocity);
  },
  snare: ({ kit, velocity, random }) => {
    const out = swept(kit.snareHz * (1 + random() * 0.015), 1.5, 0.015, 0.07);
    mixed(out, swept(kit.snareHz * 1.78, 1.2, 0.01, 0.04), 0.45);
    const wires = noise(0.32, random, "high", 1300 + 900 * kit.edge, 0.06 + 0.05 * velocity);
    return mixed(scaled(out, 0.6), wires, 0.35 + 0.4 * kit.edge * velocity);
  },
  rim: ({ random }) =>
    mixed(swept(1680 + 30 * random(), 1.1, 0.004, 0.012), swept(480, 1.3, 0.006, 0.02), 0.7),
  clap: ({ random }) => {
    const out = new Float32Array(samplesIn(0.35));
    for (const start of [0, 0.011, 0.021, 0.032]) {
      const burst = noise(
        start === 0.032 ? 0.3 : 0.03,
        random,
        "band",
        1250,
        start === 0.032 ? 0.07 : 0.006,
      );
      addAt(out, burst, start + 0.002 * random(), 1.6);
    }
    return out;
  },
  hat: ({ kit, velocity, random }) =>
    metal(0.14, 0.018 + 0.02 * velocity, 7600 - 900 * kit.edge, random),
  open: ({ kit, random }) => metal(0.7, 0.17, 6800 - 800 * kit.edge, random),
  ride: ({ random, velocity }) => {
    const out = metal(1.8, 0.42, 5200, random);
    return mixed(scaled(out, 0.55), swept(2210, 1.02, 0.01, 0.12), 0.12 + 0.2 * velocity);
  },
  crash: ({ random }) => metal(2.8, 0.75, 3600, random),
  shaker: ({ random }) =>
    shape(noise(0.11, random, "high", 6200, 0.035), 0.02, {
      attack: 0.018,
      decay: 9,
      sustain: 1,
      release: 0.022,
    }),
  brush: ({ random, velocity }) =>
    shape(noise(0.4, random, "band", 2600 + 1200 * velocity, 0.14), 0.09, {
      attack: 0.03 - 0.02 * velocity,
      decay: 9,
      sustain: 1,
      release: 0.07,
    }),
  lowTom: ({ random }) => tom(92, random),
  midTom: ({ random }) => tom(128, random),
  highTom: ({ random }) => tom(170, random),
};

function tom(hz: number, random: () => number): Float32Array {
  const out = swept(hz * (1 + 0.01 * random()), 1.7, 0.04, 0.17);
  return mixed(out, noise(0.05, random, "low", 2400, 0.01), 0.25);
}

/** A sine whose pitch falls from `from` times `hz` to `hz`, fading to 1/e in `ring` seconds. */
function swept(hz: number, from: number, fall: number, ring: number): Float32Array {
  const out = new Float32Array(samplesIn(ring * 6));
  let phase = 0;
  for (let i = 0; i < out.length; i++) {
    const t = i / albumRate;
    phase += (2 * Math.PI * hz * (1 + (from - 1) * Math.exp(-t / fall))) / albumRate;
    out[i] = Math.sin(phase) * Math.exp(-t / ring);
  }
  return shape(out, 9, { attack: 0.0008, decay: 9, sustain: 1, release: 1 });
}

function noise(
  seconds: number,
  random: () => number,
  kind: "low" | "band" | "high",
  hz: number,
  ring: number,
): Float32Array {
  const out = Float32Array.from({ length: samplesIn(seconds) }, () => random() * 2 - 1);
  filter(out, kind, hz, kind === "band" ? 1.1 : 0.8);
  return shape(out, 9, { attack: 0.0006, decay: ring, sustain: 0, release: 1 });
}

/** Cymbal: six clashing squares at the ratios of the classic drum machines, and hiss. */
function metal(seconds: number, ring: number, above: number, random: () => number): Float32Array {
  const out = new Float32Array(samplesIn(seconds));
  for (const hz of [2050, 3077, 3721, 5013, 5440, 8007]) {
    const step = (hz * (1 + 0.01 * random())) / albumRate;
    let phase = random();
    for (let i = 0; i < out.length; i++) {
      out[i]! += phase < 0.5 ? 0.12 : -0.12;
      phase += step;
      if (phase >= 1) phase -= 1;
    }
  }
  for (let i = 0; i < out.length; i++) out[i]! += 0.45 * (random() * 2 - 1);
  filter(out, "high", above, 0.9);
  filter(out, "high", above * 0.8, 0.7);
  return shape(out, 9, { attack: 0.0008, decay: ring, sustain: 0, release: 1 });
}

function scaled(samples: Float32Array, gain: number): Float32Array {
  for (let i = 0; i < samples.length; i++) samples[i]! *= gain;
  return samples;
}

function mixed(a: Float32Array, b: Float32Array, gain: number): Float32Array {
  const out = a.length >= b.length ? a : new Float32Array(b.length);
  if (out !== a) out.set(a);
  addAt(out, b, 0, gain);
  return out;
}

function addAt(into: Float32Array, what: Float32Array, seconds: number, gain: number): void {
  const start = samplesIn(seconds + 1e-9) - 1;
  const count = Math.min(what.length, into.length - start);
  for (let i = 0; i < count; i++) into[start + i]! += gain * what[i]!;
}
