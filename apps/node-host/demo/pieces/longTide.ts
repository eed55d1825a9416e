/** 3. The Long Tide: E flat major, three in a bar, felt piano and strings. The mix is quiet, and
 *  what is soft in it is very much softer than what is loud. */
import { tide } from "../cover/paintings.ts";
import { arpeggiate, bassLine, sustain } from "../music/accompaniment.ts";
import { drumBars, hitAt } from "../music/drumPatterns.ts";
import { leadVoices, readChart } from "../music/harmony.ts";
import { fitToHarmony, type Key, readMelody, scales } from "../music/melody.ts";
import { inBars, louder, type Note, type Piece, transposed } from "../music/score.ts";
import { doubleBass } from "../synth/bass.ts";
import { drumKit } from "../synth/drumKit.ts";
import { bell, feltPiano } from "../synth/keys.ts";
import { bowedWave, ensemble, soloVoice } from "../synth/sustained.ts";

// Intro 0–3, verse 4–11, rise 12–19, tide 20–27, ebb 28–33.
const chart = `
  Ebmaj7 | Abmaj7 | Ebmaj7 | Bb7sus4 |
  Eb | Bb/D | Cm7 | Abmaj7 | Eb/G | Ab | Fm7 | Bb7 |
  Cm | G7/B | Cm7/Bb | F7/A | Abmaj7 | Eb/G | Fm7 | Bb7sus4 |
  Eb | Bb/D | Cm7 | Gm7 | Abmaj7 | Eb/G | Fm7 | Bb7 |
  Eb | Abm6 | Ebmaj7 | Abm6 | Ebadd9 | Ebadd9`;
const chords = readChart(chart, 3);
const key: Key = { tonic: 63, scale: scales.major };
const bars = (notes: readonly Note[], from: number, until: number) => inBars(notes, 3, from, until);

const verse = `
  4:2 5:.5 4:.5 | 3:1 1:2 | 2:1.5 1:.5 0:1 | 2:3 |
  4:2 5:.5 6:.5 | 7:1 5:2 | 5:1 4:.5 3:.5 1:1 | 3:2 r:1`;
const rise = `
  2:1 4:1 5:1 | 5:1.5 4:.5 3:1 | 4:1 5:1 7:1 | 8:2 7:.5 6:.5 |
  7:1.5 6:.5 5:1 | 6:1 7:1 4:1 | 5:1 7:1 8:1 | 8:2 r:1`;
const high = `
  9:2 8:.5 7:.5 | 8:1 6:1 8:1 | 9:1 11:1 9:1 | 8:1.5 6:.5 4:1 |
  7:2 9:.5 10:.5 | 11:1 9:1 7:1 | 8:1 10:1 9:.5 8:.5 | 8:2 6:1`;
const tune = fitToHarmony(
  [
    ...readMelody(verse, key, 12, 3, 0.58),
    ...readMelody(rise, key, 36, 3, 0.68),
    ...readMelody(high, key, 60, 3, 0.95),
    ...readMelody("7:3 | 5:2 r:1 | 4:3 | r:1 5:1 3:1 | 2:3", key, 84, 3, 0.52),
  ],
  chords,
  key,
  3,
);

const pianoVoices = leadVoices(chords, 4, 48, 70);
const broken = arpeggiate(chords, pianoVoices, [0, 1, 2, 3, 2, 1], 0.5, 1.6, 0.62, 3);
const slow = arpeggiate(chords, pianoVoices, [0, 2, 3], 1, 2.2, 0.42, 3);
const stringVoices = leadVoices(chords, 4, 55, 77);
const held = sustain(chords, stringVoices, 0.75);
const bass = bassLine(chords, [[0, 2.6, 0.8, "1"]], 31, 3);
const surge = { kick: "X.....", lowTom: "x...x.", ride: "x.x.x." };

export const longTide: Piece = {
  file: "03 The Long Tide",
  title: "The Long Tide",
  key: "Eb",
  tempo: 72,
  beatsPerBar: 3,
  bars: 34,
  tailSeconds: 5,
  swing: 0.5,
  chords,
  cover: tide,
  comment: "The mix is quiet, with wide dynamics between its soft and loud parts.",
  parts: [
    {
      name: "piano",
      instrument: feltPiano,
      notes: [
        ...louder(bars(slow, 0, 4), 1.25),
        ...louder(bars(broken, 4, 12), 0.9),
        ...bars(broken, 12, 20),
        ...louder(bars(broken, 20, 28), 1.4),
        ...louder(bars(slow, 28, 34), 1.15),
        { beat: 99, beats: 3, midi: 51, velocity: 0.3 },
      ],
      looseMs: 11,
      strip: { gainDb: -9, pan: -0.15, room: 0.3 },
    },
    {
      name: "strings",
      instrument: ensemble({
        name: "slow strings",
        attack: 0.6,
        release: 0.55,
        bright: 4600,
        opens: 0.35,
        detune: 10,
        vibratoCents: 9,
      }),
      notes: bars(held, 10, 32),
      looseMs: 14,
      strip: {
        gainDb: -16.5,
        pan: 0.1,
        bands: [{ type: "highpass", hz: 140 }],
        room: 0.4,
        ride: [
          [30, -14],
          [36, -10],
          [60, 0],
          [81, 1],
          [90, -12],
          [100, -20],
        ],
      },
    },
    {
      name: "double basses",
      instrument: ensemble({
        name: "low strings",
        attack: 0.3,
        release: 0.4,
        bright: 900,
        opens: 0.6,
        detune: 7,
        vibratoCents: 5,
      }),
      notes: transposed(bars(bass, 12, 29), 12),
      looseMs: 10,
      strip: {
        gainDb: -14,
        pan: 0.2,
        room: 0.2,
        ride: [
          [36, -8],
          [60, 2],
          [84, -4],
          [88, -14],
        ],
      },
    },
    {
      name: "bass",
      instrument: doubleBass,
      notes: bars(bass, 12, 33).map((n) => (n.beat >= 84 ? { ...n, velocity: 0.35 } : n)),
      looseMs: 6,
      strip: { gainDb: -11, pan: 0, room: 0.1 },
    },
    {
      name: "violin",
      instrument: soloVoice({
        name: "violin",
        wave: bowedWave,
        attack: 0.09,
        release: 0.11,
        sustain: 0.9,
        breath: 0.01,
        vibratoHz: 5,
        vibratoCents: 17,
        bright: 7,
      }),
      notes: tune,
      looseMs: 12,
      strip: {
        gainDb: -10.5,
        pan: 0.12,
        bands: [{ type: "peaking", hz: 300, gainDb: 2 }],
        room: 0.35,
      },
    },
    {
      name: "bells",
      instrument: bell,
      notes: fitToHarmony(
        transposed(readMelody(high, key, 60, 3, 0.6), 12).filter((n) => n.beat % 1 === 0),
        chords,
        key,
        1,
      ),
      looseMs: 10,
      strip: { gainDb: -18, pan: -0.35, room: 0.6 },
    },
    {
      name: "percussion",
      instrument: drumKit({
        name: "mallets",
        kickHz: 46,
        kickRing: 0.24,
        snareHz: 170,
        edge: 0.12,
      }),
      notes: [
        ...drumBars({ ride: "o...o." }, 3, 12, 18),
        ...drumBars({ lowTom: "o.o.o.", ride: "o.o.o." }, 3, 18, 20, {
          lowTom: "ooxxXX",
          brush: "o.x.x.",
        }),
        ...drumBars(surge, 3, 20, 28),
        ...hitAt("crash", 3, [20, 24, 28], 0.6),
      ],
      unpitched: true,
      looseMs: 7,
      strip: { gainDb: -14.5, pan: -0.05, room: 0.35 },
    },
  ],
  treatment: {
    room: { seconds: 2.5, preDelayMs: 26, dampingHz: 4500 },
    echoBeats: 1.5,
    bands: [],
    width: 1,
    driveDb: 0,
    peakDb: -8,
    ride: [
      [0, 0],
      [57, 0],
      [62, 2],
      [81, 2],
      [88, 0],
    ],
  },
};
