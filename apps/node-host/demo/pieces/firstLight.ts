/** 1. First Light: D major, folk: guitar, flute, electric piano, strings. The mix is dull: its
 *  treble has been lost, as on an old tape. */
import { dawn } from "../cover/paintings.ts";
import { arpeggiate, bassLine, comp, sustain } from "../music/accompaniment.ts";
import { drumBars, hitAt } from "../music/drumPatterns.ts";
import { leadVoices, readChart } from "../music/harmony.ts";
import { fitToHarmony, type Key, readMelody, scales } from "../music/melody.ts";
import { inBars, louder, type Note, type Piece } from "../music/score.ts";
import { doubleBass } from "../synth/bass.ts";
import { drumKit } from "../synth/drumKit.ts";
import { bell, electricPiano } from "../synth/keys.ts";
import { pluck } from "../synth/pluck.ts";
import { ensemble, fluteWave, soloVoice } from "../synth/sustained.ts";

// Intro 0–3, verse 4–11, chorus 12–19, bridge 20–23, chorus 24–31, outro 32–35.
const chart = `
  Dadd9 | Gmaj7 | Dadd9 | A7sus4 |
  D | A/C# | Bm7 | G | D/F# | G | Em7 | A7sus4 A |
  G | A | Bm7 | F#m7 | G | D/F# | Em7 A7 | D |
  Bm7 | F#m7 | Gmaj7 | A7sus4 A7 |
  G | A | Bm7 | F#m7 | G | D/F# | Em7 A7 | Bm7 |
  Gmaj7 | A7sus4 | Dadd9 | Dadd9`;
const chords = readChart(chart, 4);
const key: Key = { tonic: 74, scale: scales.major };
const bars = (notes: readonly Note[], from: number, until: number) => inBars(notes, 4, from, until);

const verse = `
  2:1 4:.5 5:.5 4:2 | 1:1 2:.5 1:.5 -1:2 | 0:1 2:.5 3:.5 2:1 0:1 | r:.5 1:.5 0:.5 -1:.5 -2:2 |
  2:1 4:.5 5:.5 7:2 | 7:1 5:.5 6:.5 5:1 4:1 | 3:1.5 4:.5 3:1 1:1 | 1:2.5 r:1.5`;
const chorus = `
  7:1.5 6:.5 5:1 3:1 | 4:1 6:1 8:2 | 9:1 8:.5 7:.5 7:1 5:1 | 6:1.5 5:.5 4:2 |
  7:1.5 6:.5 5:1 7:1 | 9:1 8:1 7:1 4:1 | 5:1 3:1 4:1 6:1 | 7:3 r:1`;
const bridge = `r:2 4:1 2:1 | 4:1.5 5:.5 6:2 | r:1 5:1 7:1.5 8:.5 | 8:2 6:1 r:1`;
const lines = [
  ...readMelody(verse, key, 16, 4, 0.72),
  ...readMelody(chorus, key, 48, 4, 0.85),
  ...readMelody(bridge, key, 80, 4, 0.62),
  ...readMelody(chorus, key, 96, 4, 0.95),
  ...readMelody("r:1 6:.5 5:.5 3:2 | 4:3 r:1 | 2:1 4:1 7:2", key, 128, 4, 0.66),
];
const tune = fitToHarmony(lines, chords, key, 2);

const guitarVoices = leadVoices(chords, 4, 50, 69);
const picked = arpeggiate(chords, guitarVoices, [0, 2, 3, 1, 4, 2, 3, 1], 0.5, 1.8, 0.72, 4);
const keyVoices = leadVoices(chords, 4, 55, 74);
const stringVoices = leadVoices(chords, 3, 62, 81);
const push = [
  [0, 1.6, 0.6],
  [1.5, 0.5, 0.45],
  [2.5, 1.4, 0.55],
] as const;
const bass = bassLine(
  chords,
  [
    [0, 1.4, 0.85, "1"],
    [1.5, 0.5, 0.6, "1"],
    [2, 1.4, 0.75, "5"],
    [3.5, 0.45, 0.6, ">"],
  ],
  33,
  4,
);

const soft = { kick: "X.......x.......", rim: "....x.......x...", shaker: "x.o.x.o.x.o.x.o." };
const full = { kick: "X.....x.X.......", snare: "....X..o....X...", hat: "x.o.x.o.x.o.x.x." };
const roll = {
  kick: "X.....x.........",
  snare: "....X...oooxxxXX",
  midTom: "........x.x.....",
  lowTom: "............x.x.",
};
const drums = [
  ...drumBars(soft, 4, 6, 12, { ...soft, snare: "............ooxx" }),
  ...drumBars(full, 4, 12, 20, roll),
  ...drumBars({ shaker: "x.o.x.o.x.o.x.o.", kick: "X..............." }, 4, 20, 24, roll),
  ...drumBars(full, 4, 24, 32),
  ...hitAt("crash", 4, [12, 24, 32], 0.5),
];

export const firstLight: Piece = {
  file: "01 First Light",
  title: "First Light",
  key: "D",
  tempo: 92,
  beatsPerBar: 4,
  bars: 36,
  tailSeconds: 4,
  swing: 0.52,
  chords,
  cover: dawn,
  comment: "The mix is dull: treble is missing above 2 kHz.",
  parts: [
    {
      name: "guitar",
      instrument: pluck({
        name: "guitar",
        ring: 3.2,
        brightness: 0.82,
        pick: 0.19,
        body: [205, 0.7],
        damp: 0.3,
      }),
      notes: [
        ...bars(picked, 0, 20),
        ...louder(bars(picked, 20, 24), 0.8),
        ...bars(picked, 24, 35),
      ],
      looseMs: 6,
      strip: { gainDb: -6, pan: -0.32, bands: [{ type: "highpass", hz: 90 }], room: 0.2 },
    },
    {
      name: "electric piano",
      instrument: electricPiano,
      notes: [
        ...bars(comp(chords, keyVoices, push, 4), 8, 32),
        ...bars(sustain(chords, keyVoices, 0.5), 32, 36),
      ],
      looseMs: 7,
      strip: { gainDb: -18, pan: 0.36, room: 0.22, echo: 0.06 },
    },
    {
      name: "strings",
      instrument: ensemble({
        name: "strings",
        attack: 0.45,
        release: 0.4,
        bright: 3600,
        opens: 0.4,
        detune: 9,
        vibratoCents: 7,
      }),
      notes: [
        ...louder(bars(sustain(chords, stringVoices, 0.7), 0, 4), 0.6),
        ...bars(sustain(chords, stringVoices, 0.7), 12, 35),
      ],
      looseMs: 10,
      strip: {
        gainDb: -17,
        pan: 0.05,
        bands: [{ type: "highpass", hz: 180 }],
        room: 0.35,
        ride: [
          [0, -8],
          [14, 0],
          [48, -2],
          [80, -4],
          [96, 1],
          [140, -3],
        ],
      },
    },
    {
      name: "bass",
      instrument: doubleBass,
      notes: [
        ...bars(bass, 4, 20),
        ...bars(bass, 22, 34),
        { beat: 136, beats: 4, midi: 38, velocity: 0.7 },
      ],
      looseMs: 4,
      strip: { gainDb: -11, pan: 0 },
    },
    {
      name: "flute",
      instrument: soloVoice({
        name: "flute",
        wave: fluteWave,
        attack: 0.05,
        release: 0.07,
        sustain: 0.9,
        breath: 0.07,
        vibratoHz: 5.1,
        vibratoCents: 16,
        bright: 9,
      }),
      notes: tune,
      looseMs: 8,
      strip: { gainDb: -12.5, pan: 0.06, room: 0.32, echo: 0.12 },
    },
    {
      name: "bells",
      instrument: bell,
      notes: fitToHarmony(
        readMelody(
          "7:.5 r:1.5 9:.5 r:1.5 | r:2 8:.5 r:1.5 | 9:.5 r:3.5 | r:2 6:.5 r:1.5 | 7:.5 r:3.5 | r:2 9:.5 r:1.5 | 8:.5 r:1.5 10:.5 r:1.5 | 9:.5 r:3.5",
          { ...key, tonic: 74 },
          96,
          4,
          0.5,
        ),
        chords,
        key,
        2,
      ),
      looseMs: 8,
      strip: { gainDb: -15, pan: -0.5, room: 0.5, echo: 0.3 },
    },
    {
      name: "drums",
      instrument: drumKit({
        name: "soft kit",
        kickHz: 54,
        kickRing: 0.13,
        snareHz: 182,
        edge: 0.3,
      }),
      notes: drums,
      unpitched: true,
      looseMs: 3.5,
      strip: { gainDb: -11, pan: 0, room: 0.1 },
    },
  ],
  treatment: {
    room: { seconds: 1.7, preDelayMs: 18, dampingHz: 3800 },
    echoBeats: 0.75,
    glue: { thresholdDb: -20, ratio: 2 },
    bands: [
      { type: "highshelf", hz: 2000, gainDb: -9 },
      { type: "lowpass", hz: 7500, q: 0.6 },
      { type: "peaking", hz: 420, gainDb: 2, q: 0.8 },
    ],
    width: 0.9,
    driveDb: 0.5,
    peakDb: -2,
  },
};
