/** The mixing desk: stems through filters, panning, echo and room to two channels, rendered by an
 *  OfflineAudioContext. The treatment at its end is what gives each mix its fault. */
import { OfflineAudioContext } from "node-web-audio-api";
import { beatToSeconds, type Part, type Piece, pieceSeconds } from "../music/score.ts";
import { albumRate, samplesIn } from "../synth/instrument.ts";
import { type Room, roomImpulse } from "./roomImpulse.ts";
import { renderStem } from "./stem.ts";

export type Band = {
  readonly type: "lowpass" | "highpass" | "peaking" | "lowshelf" | "highshelf";
  readonly hz: number;
  readonly gainDb?: number;
  readonly q?: number;
};

/** One channel of the desk. */
export type Strip = {
  readonly gainDb: number;
  /** −1 left … 1 right */
  readonly pan: number;
  readonly bands?: readonly Band[];
  /** share sent to the room and to the echo, 0…1 */
  readonly room?: number;
  readonly echo?: number;
  /** fader moves: gains reached at those beats, straight lines in dB between them */
  readonly ride?: readonly (readonly [beat: number, gainDb: number])[];
};

/** What happens to the whole mix. */
export type Treatment = {
  readonly room: Room;
  /** beats between echoes */
  readonly echoBeats: number;
  readonly bands: readonly Band[];
  /** 1 leaves the sides as they are, 0 makes the mix mono */
  readonly width: number;
  /** gentle compression of the whole, or none */
  readonly glue?: { readonly thresholdDb: number; readonly ratio: number };
  /** saturation: 0 none; 6 = the mix is driven 6 dB into a soft ceiling */
  readonly driveDb: number;
  /** highest sample of the finished piece, dBFS */
  readonly peakDb: number;
  readonly ride?: readonly (readonly [beat: number, gainDb: number])[];
};

type Nodes = InstanceType<typeof OfflineAudioContext>;
type Node = ReturnType<Nodes["createGain"]>;

export type MixdownOptions = {
  /** renders the beginning only */
  readonly untilSeconds?: number;
  /** share 0…1 of the piece that is done; what it returns is awaited */
  readonly onStep?: (share: number) => unknown;
};

/** Renders a piece, [left, right] at the album's rate. Same piece, same samples on one machine. */
export async function mixdown(
  piece: Piece,
  { untilSeconds = Infinity, onStep }: MixdownOptions = {},
): Promise<[Float32Array, Float32Array]> {
  const length = samplesIn(Math.min(pieceSeconds(piece), untilSeconds));
  const context = new OfflineAudioContext(2, length, albumRate);
  const bus = context.createGain();
  const room = context.createConvolver();
  room.normalize = false;
  room.buffer = bufferOf(context, roomImpulse(piece.treatment.room, piece.title));
  room.connect(bus);
  const echo = makeEcho(context, (piece.treatment.echoBeats * 60) / piece.tempo);
  echo.output.connect(bus);
  for (const [i, part] of piece.parts.entries()) {
    // The stems take two thirds of the time, the desk the rest.
    await onStep?.((0.67 * i) / piece.parts.length);
    const source = context.createBufferSource();
    source.buffer = bufferOf(context, renderStem(piece, part, untilSeconds));
    const strip = makeStrip(context, piece, part, source);
    strip.connect(bus);
    send(context, strip, room, part.strip.room ?? 0);
    send(context, strip, echo.input, part.strip.echo ?? 0);
    source.start();
  }
  treat(context, piece, bus).connect(context.destination);
  await onStep?.(0.67);
  const mixed = await context.startRendering();
  // Copied, never `getChannelData`: that array points into the buffer's own memory, which is freed with
  // the buffer while the array is still in use (seen as noise of 10³⁴ and not-a-number).
  const sides: [Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>] = [
    new Float32Array(length),
    new Float32Array(length),
  ];
  sides.forEach((side, channel) => mixed.copyFromChannel(side, channel));
  return finish(piece, sides);
}

function bufferOf(context: Nodes, sides: readonly Float32Array<ArrayBuffer>[]) {
  const buffer = context.createBuffer(sides.length, sides[0]!.length, albumRate);
  sides.forEach((side, i) => buffer.copyToChannel(side, i));
  return buffer;
}

type Connectable = { connect: (to: any) => unknown };

function makeStrip(context: Nodes, piece: Piece, part: Part, source: Connectable): Node {
  const { strip } = part;
  let last = source;
  for (const band of strip.bands ?? []) last = chain(last, makeBand(context, band));
  const panner = context.createStereoPanner();
  panner.pan.value = strip.pan;
  last = chain(last, panner);
  const fader = context.createGain();
  // The panner of Web Audio takes 3 dB off a mono source in the middle, and nothing off a stereo one.
  const law = part.instrument.channels === 1 ? 3.01 : 0;
  ride(fader, piece, strip.gainDb + law, strip.ride);
  return chain(last, fader);
}

/** Echoes alternate between the sides, each duller and softer than the one before. */
function makeEcho(
  context: Nodes,
  seconds: number,
): { readonly input: Node; readonly output: Node } {
  const [input, output] = [context.createGain(), context.createGain()];
  for (let k = 1; k <= 4; k++) {
    const delay = context.createDelay(8);
    delay.delayTime.value = seconds * k;
    const dull = makeBand(context, { type: "lowpass", hz: 4200 * 0.75 ** k });
    const panner = context.createStereoPanner();
    panner.pan.value = k % 2 === 1 ? -0.6 : 0.6;
    const level = context.createGain();
    level.gain.value = 0.6 * 0.52 ** (k - 1);
    chain(chain(chain(chain(chain(input, delay), dull), panner), level), output);
  }
  return { input, output };
}

function treat(context: Nodes, piece: Piece, bus: Node): Node {
  const { treatment } = piece;
  let last: Connectable = bus;
  if (treatment.glue) {
    const glue = context.createDynamicsCompressor();
    glue.threshold.value = treatment.glue.thresholdDb;
    glue.ratio.value = treatment.glue.ratio;
    glue.attack.value = 0.012;
    glue.release.value = 0.22;
    last = chain(last, glue);
  }
  for (const band of treatment.bands) last = chain(last, makeBand(context, band));
  const fader = context.createGain();
  ride(fader, piece, 0, treatment.ride);
  return narrowed(context, chain(last, fader), treatment.width);
}

/** left' = a·left + b·right, right' the mirror image: mid untouched, sides times `width`. */
function narrowed(context: Nodes, input: Node, width: number): Node {
  if (width === 1) return input;
  const split = context.createChannelSplitter(2);
  const merge = context.createChannelMerger(2);
  input.connect(split);
  for (const [from, to] of [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ] as const) {
    const gain = context.createGain();
    gain.gain.value = from === to ? (1 + width) / 2 : (1 - width) / 2;
    split.connect(gain, from);
    gain.connect(merge, 0, to);
  }
  return merge as unknown as Node;
}

function send(context: Nodes, from: Node, to: Connectable, share: number): void {
  if (share === 0) return;
  const level = context.createGain();
  level.gain.value = share;
  chain(chain(from, level), to);
}

function ride(
  fader: Node,
  piece: Piece,
  gainDb: number,
  moves: readonly (readonly [beat: number, gainDb: number])[] = [],
): void {
  fader.gain.value = gainOf(gainDb + (moves[0]?.[1] ?? 0));
  moves.forEach(([beat, db], i) => {
    const at = beatToSeconds(piece, beat);
    // Exponential in gain is a straight line in dB.
    if (i === 0) fader.gain.setValueAtTime(gainOf(gainDb + db), at);
    else fader.gain.exponentialRampToValueAtTime(gainOf(gainDb + db), at);
  });
}

function makeBand(context: Nodes, band: Band) {
  const node = context.createBiquadFilter();
  node.type = band.type;
  node.frequency.value = band.hz;
  node.gain.value = band.gainDb ?? 0;
  node.Q.value = band.q ?? 0.7;
  return node;
}

function chain<To extends Connectable>(from: Connectable, to: To): To {
  from.connect(to);
  return to;
}

function gainOf(db: number): number {
  return 10 ** (db / 20);
}

/** Saturates, sets the peak, lets the last second fade to nothing. */
function finish(piece: Piece, sides: [Float32Array, Float32Array]): [Float32Array, Float32Array] {
  const { driveDb, peakDb } = piece.treatment;
  let peak = highest(sides);
  if (driveDb > 0) {
    const drive = gainOf(driveDb) / peak;
    for (const side of sides)
      for (let i = 0; i < side.length; i++) side[i] = Math.tanh(drive * side[i]!);
    peak = highest(sides);
  }
  const gain = gainOf(peakDb) / peak;
  for (const side of sides) {
    const fade = Math.min(side.length, albumRate);
    for (let i = 0; i < side.length; i++) {
      const left = side.length - 1 - i;
      side[i]! *= gain * (left < fade ? 0.5 - 0.5 * Math.cos((Math.PI * left) / fade) : 1);
    }
  }
  return sides;
}

function highest(sides: readonly Float32Array[]): number {
  let peak = 1e-9;
  for (const side of sides) for (const x of side) peak = Math.max(peak, Math.abs(x));
  return peak;
}
