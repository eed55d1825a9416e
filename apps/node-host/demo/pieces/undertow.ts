/** 5. Undertow: E minor, dub. The mix is muddy: bass and low middle cover everything. */
import { whirl } from "../cover/paintings.ts";
import { bassLine, comp, sustain } from "../music/accompaniment.ts";
import { drumBars, hitAt } from "../music/drumPatterns.ts";
import { leadVoices, readChart } from "../music/harmony.ts";
import { fitToHarmony, type Key, readMelody, scales } from "../music/melody.ts";
import { inBars, louder, type Note, type Piece } from "../music/score.ts";
import { dubBass } from "../synth/bass.ts";
import { drumKit } from "../synth/drumKit.ts";
import { pluck } from "../synth/pluck.ts";
import { ensemble, organWave, reedWave, soloVoice } from "../synth/sustained.ts";

// Intro 0–3, verse 4–11, chorus 12–19, dub 20–25, chorus 26–33, outro 34–35.
const chart = `
  Em7 | Em7 | Cmaj7 | D |
  Em7 | Am7 | Em7 | D | Em7 | Am7 | Cmaj7 | D |
  Cmaj7 | D | Em7 | G | Cmaj7 | D | Bm7 | Em7 |
  Am7 | Am7 | Em7 | Em7 | Cmaj7 | B7 |
  Cmaj7 | D | Em7 | G | Cmaj7 | D | Bm7 | Em7 |
  Em9 | Em9`;
const chords = readChart(chart, 4);
const key: Key = { tonic: 76, scale: scales.minor };
const bars = (notes: readonly Note[], from: number, until: number) => inBars(notes, 4, from, until);

const verse = `
  r:1 4:.5 3:.5 2:1 0:1 | 0:.5 2:.5 3:1 2:2 | r:1 4:.5 3:.5 2:1 4:1 | 3:1.5 1:.5 -1:2 |
  r:1 4:.5 3:.5 2:1 0:1 | 0:.5 2:.5 3:1 5:2 | 4:1 2:.5 3:.5 2:1 0:1 | 1:3 r:1`;
const chorus = `
  4:1.5 5:.5 4:1 2:1 | 3:1.5 4:.5 3:1 1:1 | 2:1 4:1 7:2 | 6:1.5 4:.5 2:2 |
  4:1.5 5:.5 7:1 5:1 | 6:1.5 5:.5 3:1 1:1 | 4:1 3:.5 2:.5 1:1 -1:1 | 0:3 r:1`;
const dub = `r:4 | 2:.5 r:.5 2:.5 r:2.5 | r:4 | 4:.5 r:.5 4:.5 r:2.5 | r:2 4:1 2:1 | 3:1 1:2 r:1`;
const tune = fitToHarmony(
  [
    ...readMelody(verse, key, 16, 4, 0.72),
    ...readMelody(chorus, key, 48, 4, 0.85),
    ...readMelody(dub, key, 80, 4, 0.75),
    ...readMelody(chorus, key, 104, 4, 0.92),
    ...readMelody("4:1 2:1 0:2", key, 136, 4, 0.6),
  ],
  chords,
  key,
  2,
);

const skankVoices = leadVoices(chords, 4, 57, 75);
const bubbleVoices = leadVoices(chords, 3, 52, 68);
const skank = comp(
  chords,
  skankVoices,
  [
    [1, 0.22, 0.75],
    [3, 0.22, 0.8],
  ],
  4,
);
const bubble = comp(
  chords,
  bubbleVoices,
  [
    [0.5, 0.3, 0.6],
    [1.5, 0.3, 0.6],
    [2.5, 0.3, 0.6],
    [3.5, 0.3, 0.6],
  ],
  4,
);
const riff = bassLine(
  chords,
  [
    [0, 0.9, 0.95, "1"],
    [1, 0.4, 0.7, "1"],
    [1.5, 0.9, 0.85, "5"],
    [2.5, 0.4, 0.75, "8"],
    [3, 0.4, 0.75, "5"],
    [3.5, 0.45, 0.8, ">"],
  ],
  31,
  4,
);
const oneDrop = { kick: "........X.......", rim: "....o...X..o....", hat: "x.o.x.o.x.o.x.oo" };
const steppers = {
  kick: "X...X...X...X...",
  snare: "........X......o",
  hat: "x.oox.o.x.oox.o.",
  open: "..............x.",
};
const fill = {
  kick: "X.......X.......",
  snare: "x..x..x.x.xx....",
  highTom: "..........x.....",
  midTom: "............xx..",
  lowTom: "..............xx",
};

export const undertow: Piece = {
  file: "05 Undertow",
  title: "Undertow",
  key: "Em",
  tempo: 104,
  beatsPerBar: 4,
  bars: 36,
  tailSeconds: 4.5,
  swing: 0.55,
  chords,
  cover: whirl,
  comment: "The mix is muddy: too much between 60 and 300 Hz covers the rest.",
  parts: [
    {
      name: "bass",
      instrument: dubBass,
      notes: [...bars(riff, 2, 34), { beat: 136, beats: 6, midi: 40, velocity: 0.9 }],
      looseMs: 4,
      strip: { gainDb: -11, pan: 0 },
    },
    {
      name: "guitar",
      instrument: pluck({
        name: "skank guitar",
        ring: 0.7,
        brightness: 0.9,
        pick: 0.14,
        body: [420, 0.5],
        damp: 0.05,
      }),
      notes: [...bars(skank, 0, 20), ...bars(skank, 22, 34)],
      looseMs: 5,
      strip: {
        gainDb: -7.5,
        pan: 0.38,
        bands: [{ type: "highpass", hz: 200 }],
        room: 0.2,
        echo: 0.25,
      },
    },
    {
      name: "organ",
      instrument: ensemble({
        name: "organ",
        attack: 0.006,
        release: 0.03,
        bright: 5000,
        opens: 1,
        detune: 3,
        vibratoCents: 8,
        wave: organWave,
      }),
      notes: [...bars(bubble, 4, 20), ...louder(bars(bubble, 26, 34), 1.1)],
      looseMs: 5,
      strip: { gainDb: -12, pan: -0.38, room: 0.15 },
    },
    {
      name: "pad",
      instrument: ensemble({
        name: "warm pad",
        attack: 0.5,
        release: 0.5,
        bright: 1800,
        opens: 0.4,
        detune: 11,
        vibratoCents: 0,
      }),
      notes: [
        ...bars(sustain(chords, skankVoices, 0.7), 0, 4),
        ...bars(sustain(chords, skankVoices, 0.8), 12, 36),
      ],
      looseMs: 8,
      strip: {
        gainDb: -20.5,
        pan: 0,
        room: 0.4,
        ride: [
          [0, -2],
          [48, 0],
          [80, 3],
          [104, 0],
        ],
      },
    },
    {
      name: "melodica",
      instrument: soloVoice({
        name: "melodica",
        wave: reedWave,
        attack: 0.035,
        release: 0.06,
        sustain: 0.9,
        breath: 0.02,
        vibratoHz: 5.4,
        vibratoCents: 11,
        bright: 8,
      }),
      notes: tune,
      looseMs: 9,
      strip: { gainDb: -13.5, pan: -0.08, room: 0.25, echo: 0.35 },
    },
    {
      name: "drums",
      instrument: drumKit({ name: "dub kit", kickHz: 47, kickRing: 0.19, snareHz: 176, edge: 0.5 }),
      notes: [
        ...drumBars({ hat: "x.o.x.o.x.o.x.o." }, 4, 2, 4, fill),
        ...drumBars(oneDrop, 4, 4, 12, fill),
        ...drumBars(steppers, 4, 12, 20, fill),
        ...drumBars(
          { rim: "........X..o....", kick: "........x.......", hat: "x...o...x...o..." },
          4,
          20,
          26,
          fill,
        ),
        ...drumBars(steppers, 4, 26, 34, fill),
        ...hitAt("kick", 4, [34], 1),
        ...hitAt("crash", 4, [12, 26, 34], 0.55),
      ],
      unpitched: true,
      looseMs: 4,
      strip: { gainDb: -10, pan: 0, room: 0.1, echo: 0.05 },
    },
  ],
  treatment: {
    room: { seconds: 1.8, preDelayMs: 14, dampingHz: 3200 },
    echoBeats: 0.75,
    glue: { thresholdDb: -18, ratio: 2 },
    bands: [
      { type: "peaking", hz: 105, gainDb: 4, q: 0.6 },
      { type: "peaking", hz: 240, gainDb: 6.5, q: 0.7 },
      { type: "highshelf", hz: 3000, gainDb: -4 },
    ],
    width: 0.8,
    driveDb: 1,
    peakDb: -1.5,
  },
};
