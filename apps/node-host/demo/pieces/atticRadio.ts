/** 4. Attic Radio: B flat major, a swing tune in AABA form. The mix is narrow: all but mono, as from
 *  one small loudspeaker. */
import { attic } from "../cover/paintings.ts";
import { comp, type Hit } from "../music/accompaniment.ts";
import { drumBars } from "../music/drumPatterns.ts";
import { leadVoices, readChart } from "../music/harmony.ts";
import { fitToHarmony, type Key, readMelody, scales } from "../music/melody.ts";
import { inBars, louder, type Note, type Piece } from "../music/score.ts";
import { walkingBass } from "../music/walkingBass.ts";
import { doubleBass } from "../synth/bass.ts";
import { drumKit } from "../synth/drumKit.ts";
import { electricPiano, vibraphone } from "../synth/keys.ts";
import { pluck } from "../synth/pluck.ts";
import { reedWave, soloVoice } from "../synth/sustained.ts";

// Intro 0–3, A 4–11, A 12–19, B 20–27, A 28–35, tag 36–39.
const chart = `
  Cm7 | F7 | Bbmaj7 G7 | Cm7 F7 |
  Bbmaj7 | G7 | Cm7 | F7 | Dm7 G7 | Cm7 F7 | Bbmaj7 G7 | Cm7 F7 |
  Bbmaj7 | G7 | Cm7 | F7 | Dm7 G7 | Cm7 F7 | Bb6 | Bb6 |
  D7 | D7 | G7 | G7 | C9 | C9 | Cm7 | F7 |
  Bbmaj7 | G7 | Cm7 | F7 | Dm7 G7 | Cm7 F7 | Dm7 | G7 |
  Cm7 | F7 | Bb6 | Bb6`;
const chords = readChart(chart, 4);
const key: Key = { tonic: 70, scale: scales.major };
const bars = (notes: readonly Note[], from: number, until: number) => inBars(notes, 4, from, until);

const first = `
  2:1 4:.5 5:.5 4:1 2:1 | 3:1.5 2:.5 0:2 | 1:1 3:.5 4:.5 3:1 1:1 | 2:1.5 1:.5 -1:2 |
  2:.5 3:.5 4:1 5:1.5 4:.5 | 3:.5 2:.5 1:1 2:.5 1:.5 -1:1 |`;
const endings = [
  `0:1 2:1 3:2 | 1:1 3:.5 1:.5 -1:1 r:1`,
  `0:1 2:.5 4:.5 5:2 | 4:2 r:2`,
  `3:1 2:.5 0:.5 2:2 | 3:1 5:1 3:1 r:1`,
];
const middle = `
  r:.5 5:.5 6:.5 5:.5 3:1 2:1 | 2:1.5 3:.5 2:2 | r:.5 5:.5 6:.5 5:.5 4:1 3:1 | 3:1.5 5:.5 3:2 |
  r:.5 4:.5 5:.5 4:.5 3:1 1:1 | 1:1.5 2:.5 1:2 | 3:.5 4:.5 5:.5 4:.5 3:1 1:1 | 2:1 3:1 4:1.5 r:.5`;
const lines = [
  ...readMelody(first + endings[0], key, 16, 4, 0.75),
  ...readMelody(first + endings[1], key, 48, 4, 0.8),
  ...readMelody(middle, { ...key, tonic: 70 }, 80, 4, 0.78),
  ...readMelody(first + endings[2], key, 112, 4, 0.88),
  ...readMelody(
    "1:1 3:.5 4:.5 3:1 1:1 | 2:1.5 1:.5 -1:1 1:1 | 0:1 2:.5 4:.5 7:2",
    key,
    144,
    4,
    0.75,
  ),
];
const tune = fitToHarmony(lines, chords, key, 2);

const compVoices = leadVoices(chords, 4, 53, 72);
const guitarVoices = leadVoices(chords, 3, 50, 67);
const charleston: readonly Hit[] = [
  [0, 0.9, 0.6],
  [1.5, 0.4, 0.5],
  [3.5, 0.4, 0.4],
];
const answering: readonly Hit[] = [
  [0.5, 0.4, 0.45],
  [2, 0.8, 0.55],
  [3.5, 0.4, 0.45],
];
const walk = walkingBass(chords, 33, 4);
const swing = {
  ride: "x...x..xx...x..x",
  brush: "....x.......x...",
  kick: "o...o...o...o...",
  hat: "....o.......o...",
};
const turn = {
  ride: "x...x...x.......",
  snare: "....o..x..xo.xxx",
  kick: "o...o...o...x...",
  lowTom: ".........x..x...",
};
const [one, two] = [
  comp(chords, compVoices, charleston, 4),
  comp(chords, compVoices, answering, 4),
];

export const atticRadio: Piece = {
  file: "04 Attic Radio",
  title: "Attic Radio",
  key: "Bb",
  tempo: 118,
  beatsPerBar: 4,
  bars: 40,
  tailSeconds: 3.5,
  swing: 0.63,
  chords,
  cover: attic,
  comment: "The mix is narrow: almost mono.",
  parts: [
    {
      name: "clarinet",
      instrument: soloVoice({
        name: "clarinet",
        wave: reedWave,
        attack: 0.03,
        release: 0.05,
        sustain: 0.88,
        breath: 0.015,
        vibratoHz: 4.8,
        vibratoCents: 9,
        bright: 7,
      }),
      notes: [...bars(tune, 4, 20), ...bars(tune, 28, 40)],
      looseMs: 9,
      strip: { gainDb: -13, pan: 0.25, room: 0.2 },
    },
    {
      name: "vibraphone",
      instrument: vibraphone,
      notes: [
        ...louder(bars(tune, 20, 28), 0.95),
        ...[12, 28].flatMap((bar) =>
          fitToHarmony(
            readMelody(
              "r:3 7:.5 9:.5 | r:4 | r:2 8:.5 10:.5 r:1 | r:4 | r:3 9:1 | r:4",
              key,
              bar * 4,
              4,
              0.5,
            ),
            chords,
            key,
            2,
          ),
        ),
        ...fitToHarmony(readMelody("r:2 9:2 | 8:4", key, 152, 4, 0.45), chords, key, 2),
      ],
      looseMs: 9,
      strip: { gainDb: -11, pan: -0.35, room: 0.25 },
    },
    {
      name: "piano",
      instrument: electricPiano,
      notes: [
        ...bars(two, 0, 4),
        ...bars(one, 4, 12),
        ...bars(two, 12, 20),
        ...bars(one, 20, 28),
        ...bars(two, 28, 38),
        ...bars(comp(chords, compVoices, [[0, 3.5, 0.5]], 4), 38, 40),
      ],
      looseMs: 9,
      strip: { gainDb: -16, pan: -0.5, room: 0.15 },
    },
    {
      name: "guitar",
      instrument: pluck({
        name: "archtop",
        ring: 0.9,
        brightness: 0.6,
        pick: 0.28,
        body: [260, 0.8],
        damp: 0.07,
      }),
      notes: bars(
        comp(
          chords,
          guitarVoices,
          [
            [0, 0.35, 0.42],
            [1, 0.3, 0.6],
            [2, 0.35, 0.42],
            [3, 0.3, 0.6],
          ],
          4,
        ),
        4,
        38,
      ),
      looseMs: 6,
      strip: { gainDb: -9, pan: 0.5, bands: [{ type: "highpass", hz: 120 }], room: 0.12 },
    },
    {
      name: "bass",
      instrument: doubleBass,
      notes: [...bars(walk, 0, 38), { beat: 152, beats: 4, midi: 34, velocity: 0.8 }],
      looseMs: 6,
      strip: { gainDb: -10.2, pan: 0 },
    },
    {
      name: "drums",
      instrument: drumKit({
        name: "brushes",
        kickHz: 58,
        kickRing: 0.11,
        snareHz: 190,
        edge: 0.35,
      }),
      notes: [
        ...drumBars({ ...swing, brush: "..............xx" }, 4, 3, 4),
        ...drumBars(swing, 4, 4, 12, turn),
        ...drumBars(swing, 4, 12, 20, turn),
        ...drumBars({ ...swing, rim: "............x..." }, 4, 20, 28, turn),
        ...drumBars(swing, 4, 28, 38, turn),
        ...drumBars({ ride: "x...............", kick: "x..............." }, 4, 38, 39),
      ],
      unpitched: true,
      looseMs: 5,
      strip: { gainDb: -12, pan: 0.1, room: 0.12 },
    },
  ],
  treatment: {
    room: { seconds: 0.9, preDelayMs: 6, dampingHz: 4200 },
    echoBeats: 1,
    glue: { thresholdDb: -22, ratio: 2.5 },
    bands: [
      { type: "highpass", hz: 70 },
      { type: "peaking", hz: 900, gainDb: 2, q: 0.7 },
      { type: "highshelf", hz: 6000, gainDb: -2 },
    ],
    width: 0.22,
    driveDb: 0.5,
    peakDb: -2.5,
  },
};
