/** 2. Glass Tram: F sharp minor, 124 beats, synthesisers. The mix is harsh: too much between 2 and
 *  9 kHz, thin below, driven hard. */
import { glass } from "../cover/paintings.ts";
import { arpeggiate, bassLine, comp, sustain } from "../music/accompaniment.ts";
import { drumBars, hitAt } from "../music/drumPatterns.ts";
import { leadVoices, readChart } from "../music/harmony.ts";
import { fitToHarmony, type Key, readMelody, scales } from "../music/melody.ts";
import { inBars, louder, type Note, type Piece } from "../music/score.ts";
import { synthBass } from "../synth/bass.ts";
import { drumKit } from "../synth/drumKit.ts";
import { pluck } from "../synth/pluck.ts";
import { ensemble, soloVoice } from "../synth/sustained.ts";
import { sawWave, squareWave } from "../synth/wavetable.ts";

// Intro 0–3, verse 4–11, lift 12–15, chorus 16–23, bridge 24–27, chorus 28–35, outro 36–39.
const chart = `
  F#m | D | A | E |
  F#m | D | A | E | F#m | D | A | Esus4 E |
  Bm7 | D | F#m | Esus4 E |
  D | E | F#m | C#m7 | D | E | A | E/G# |
  Bm7 | C#m7 | Dmaj7 | C#7 |
  D | E | F#m | C#m7 | D | E | A | E/G# |
  D | E | F#m | F#m`;
const chords = readChart(chart, 4);
const key: Key = { tonic: 66, scale: scales.minor };
const bars = (notes: readonly Note[], from: number, until: number) => inBars(notes, 4, from, until);

const verse = `
  4:.5 4:.5 4:.5 3:.5 2:1 0:1 | 2:.5 2:.5 2:.5 1:.5 0:2 | 4:.5 4:.5 6:.5 4:.5 2:1 1:.5 0:.5 | 1:1.5 3:.5 1:2 |
  4:.5 4:.5 4:.5 3:.5 2:1 4:1 | 5:.5 5:.5 4:.5 2:.5 0:2 | 4:.5 6:.5 4:.5 3:.5 2:1 4:1 | 3:2 1:1.5 r:.5`;
const lift = `3:1 4:1 5:1.5 4:.5 | 5:1 4:1 2:2 | 4:1 5:.5 4:.5 2:1 4:1 | 3:1 4:1 6:2`;
const hook = `
  7:1 9:1 7:.5 5:.5 7:1 | 8:1 10:.5 8:.5 6:2 | 7:.5 8:.5 9:1 9:1 7:1 | 8:1.5 7:.5 6:2 |
  7:1 9:1 11:1.5 9:.5 | 10:1 8:1 6:1 8:1 | 9:2 11:1 9:1 | 8:3 r:1`;
const bridge = `r:1 3:1 5:2 | r:1 4:1 6:2 | 7:1.5 6:.5 4:2 | 6:3 r:1`;
const tune = fitToHarmony(
  [
    ...readMelody(verse, key, 16, 4, 0.7),
    ...readMelody(lift, key, 48, 4, 0.78),
    ...readMelody(hook, key, 64, 4, 0.88),
    ...readMelody(bridge, key, 96, 4, 0.6),
    ...readMelody(hook, key, 112, 4, 0.95),
    ...readMelody("7:1 9:1 7:2 | 8:2 6:2 | 7:4", key, 144, 4, 0.7),
  ],
  chords,
  key,
  2,
);

const padVoices = leadVoices(chords, 4, 54, 73);
const arpVoices = leadVoices(chords, 3, 61, 78);
const sparkle = arpeggiate(
  chords,
  arpVoices,
  [0, 1, 2, 3, 2, 1, 4, 2, 0, 1, 2, 3, 5, 3, 2, 1],
  0.25,
  0.3,
  0.7,
  4,
);
const stabs = comp(
  chords,
  arpVoices,
  [
    [0.5, 0.3, 0.6],
    [1.5, 0.3, 0.7],
    [2.75, 0.3, 0.65],
    [3.5, 0.3, 0.6],
  ],
  4,
);
const pump = bassLine(
  chords,
  [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5].map(
    (at, i) => [at, 0.4, i % 2 ? 0.85 : 0.6, i === 3 || i === 7 ? "8" : "1"] as const,
  ),
  30,
  4,
);
const long = bassLine(chords, [[0, 3.8, 0.7, "1"]], 30, 4);

const four = { kick: "X...X...X...X...", hat: "..x...x...x...x.", clap: "....x.......x..." };
const drive = {
  ...four,
  hat: "xoxoxoxoxoxoxoxo",
  open: "..x...x...x...x.",
  snare: "....x.......x..o",
};
const build = { kick: "X.X.X.X.XXXXXXXX", snare: "o.o.o.o.oxoxxxXX", hat: "x.x.x.x.x.x.x.x." };
const drums = [
  ...drumBars({ kick: "X...X...X...X..." }, 4, 0, 4, {
    kick: "X...X...X.......",
    clap: "............x.xx",
  }),
  ...drumBars(four, 4, 4, 12, { ...four, clap: "....x.......x.xx" }),
  ...drumBars({ ...four, hat: "x.x.x.x.x.x.x.x." }, 4, 12, 16, build),
  ...drumBars(drive, 4, 16, 24, { ...drive, snare: "....x...x..xx.xx" }),
  ...drumBars({ clap: "........X.......", hat: "x...o...x...o..." }, 4, 24, 28, build),
  ...drumBars(drive, 4, 28, 36, { ...drive, snare: "....x...x..xx.xx" }),
  ...drumBars(four, 4, 36, 39),
  ...hitAt("crash", 4, [16, 28, 36, 39], 0.7),
];

export const glassTram: Piece = {
  file: "02 Glass Tram",
  title: "Glass Tram",
  key: "F#m",
  tempo: 124,
  beatsPerBar: 4,
  bars: 40,
  tailSeconds: 3.5,
  swing: 0.5,
  chords,
  cover: glass,
  comment: "The mix is harsh: too much between 2 and 9 kHz, thin below 150 Hz.",
  parts: [
    {
      name: "pad",
      instrument: ensemble({
        name: "pad",
        attack: 0.25,
        release: 0.3,
        bright: 4200,
        opens: 0.3,
        detune: 13,
        vibratoCents: 0,
      }),
      notes: sustain(chords, padVoices, 0.7),
      looseMs: 4,
      strip: {
        gainDb: -18.5,
        pan: 0,
        room: 0.3,
        ride: [
          [0, -4],
          [64, 1],
          [96, 3],
          [112, 1],
          [160, -3],
        ],
      },
    },
    {
      name: "arpeggio",
      instrument: pluck({
        name: "glass",
        ring: 1.1,
        brightness: 0.97,
        pick: 0.09,
        body: [900, 0.3],
        damp: 0.12,
      }),
      notes: [
        ...louder(bars(sparkle, 0, 16), 0.85),
        ...bars(sparkle, 16, 24),
        ...louder(bars(sparkle, 24, 28), 0.7),
        ...bars(sparkle, 28, 39),
      ],
      looseMs: 2,
      strip: { gainDb: -9.5, pan: -0.45, room: 0.15, echo: 0.3 },
    },
    {
      name: "stabs",
      instrument: ensemble({
        name: "stab",
        attack: 0.004,
        release: 0.07,
        bright: 7000,
        opens: 1.4,
        detune: 10,
        vibratoCents: 0,
        wave: squareWave,
      }),
      notes: [...bars(stabs, 12, 24), ...bars(stabs, 28, 36)],
      looseMs: 3,
      strip: { gainDb: -18, pan: 0.4, room: 0.15, echo: 0.15 },
    },
    {
      name: "bass",
      instrument: synthBass,
      notes: [
        ...bars(pump, 4, 24),
        ...bars(long, 24, 28),
        ...bars(pump, 28, 38),
        ...bars(long, 38, 39),
      ],
      looseMs: 2,
      strip: { gainDb: -9.5, pan: 0 },
    },
    {
      name: "lead",
      instrument: soloVoice({
        name: "lead",
        wave: sawWave,
        attack: 0.008,
        release: 0.06,
        sustain: 0.75,
        breath: 0,
        vibratoHz: 5.6,
        vibratoCents: 14,
        bright: 8,
      }),
      notes: tune,
      looseMs: 4,
      strip: { gainDb: -11, pan: 0.04, room: 0.2, echo: 0.22 },
    },
    {
      name: "drums",
      instrument: drumKit({ name: "machine", kickHz: 49, kickRing: 0.16, snareHz: 205, edge: 0.9 }),
      notes: drums,
      unpitched: true,
      looseMs: 1.2,
      strip: { gainDb: -12.5, pan: 0, room: 0.06 },
    },
  ],
  treatment: {
    room: { seconds: 1.2, preDelayMs: 10, dampingHz: 7000 },
    echoBeats: 0.75,
    bands: [
      { type: "peaking", hz: 3300, gainDb: 6, q: 0.8 },
      { type: "highshelf", hz: 6500, gainDb: 4 },
      { type: "lowshelf", hz: 190, gainDb: -8 },
    ],
    width: 1,
    driveDb: 4,
    peakDb: -0.3,
  },
};
