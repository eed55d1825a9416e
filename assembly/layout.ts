/** Where everything lies in the engine's memory, in bytes.
 *
 *  From `state` on lies all that belongs to one stream: parameters first, then what the stages remember. Whoever owns
 *  the streams swaps that region, so that one engine serves any number of them. Behind it lie buffers that are
 *  only used within one call, and tables that never change. Two channels lie side by side: a frame of 32-bit
 *  samples takes 8 bytes, one of 64-bit samples 16, a pair for one vector. */

/** Largest number of frames of one call. */
export const blockMax: i32 = 8192;
/** Frames that go through one stage before the next one takes them: they stay in the fastest cache. Denormal
 *  numbers are flushed where the stream has come a multiple of this. */
export const stride: i32 = 512;
/** Largest number of filters of the EQ. */
export const sectionsMax: i32 = 16;

/** Longest moving average, queue and delay of the limiter, frames: what 192 kHz needs. */
const averageMax: i32 = 1024;
const queueMax: i32 = 1024;
const delayMax: i32 = 1024;

/** 48 numbers of 64 bits: the slots below. */
const slots: i32 = 48 * 8;
const coefficientsBytes: i32 = sectionsMax * 5 * 8;
const filterStateBytes: i32 = sectionsMax * 2 * 16;
const boxBytes: i32 = averageMax * 8;
const queueBytes: i32 = queueMax * 8;
const historyBytes: i32 = delayMax * 16;
const lineBytes: i32 = historyBytes + stride * 16;

export const state: usize = memory.data(
  slots + coefficientsBytes + filterStateBytes + boxBytes + 2 * queueBytes + lineBytes,
  16,
);

export const sectionCount: usize = state;
export const compressorOn: usize = state + 8;
export const widthOn: usize = state + 16;
export const gain: usize = state + 24;
export const limiterOn: usize = state + 32;
export const gated: usize = state + 40;
/** frames since the stream was at a multiple of `stride` */
export const phase: usize = state + 48;

export const threshold: usize = state + 64;
export const halfKnee: usize = state + 72;
export const slope: usize = state + 80;
export const kneeSlope: usize = state + 88;
export const compressorFloor: usize = state + 96;
export const attack: usize = state + 104;
export const release: usize = state + 112;
/** smoothed gain of the compressor */
export const reduction: usize = state + 120;

export const halfWidth: usize = state + 128;
/** b0, c1, c2, a1, a2 of the side's high-pass */
export const sideFilter: usize = state + 136;
export const sideFirst: usize = state + 176;
export const sideSecond: usize = state + 184;

export const ceiling: usize = state + 192;
export const nearLevel: usize = state + 200;
export const gate: usize = state + 208;
export const recovery: usize = state + 216;
export const average: usize = state + 224;
export const delay: usize = state + 232;
export const history: usize = state + 240;
export const queueMask: usize = state + 248;
export const window: usize = state + 256;
export const queueHead: usize = state + 264;
export const queueLength: usize = state + 272;
export const frame: usize = state + 280;
export const limiterGain: usize = state + 288;
export const boxAt: usize = state + 296;
export const boxSum: usize = state + 304;
export const hot: usize = state + 312;
export const idle: usize = state + 320;

/** b0, c1, c2, a1, a2 of every section */
export const coefficients: usize = state + slots;
/** two vectors per section */
export const filterState: usize = coefficients + coefficientsBytes;
export const box: usize = filterState + filterStateBytes;
export const queueValues: usize = box + boxBytes;
export const queueAges: usize = queueValues + queueBytes;
/** what the limiter looks at: `history` frames of the past, then those of the call, 64 bits */
export const line: usize = queueAges + queueBytes;
/** bytes of the region that belong to a stream */
export const stateBytes: usize = line + historyBytes - state;

/** Input and output, planar, 32 bits; a mono stream uses `left` alone. */
export const left: usize = memory.data(blockMax * 4 + 16, 16);
export const right: usize = memory.data(blockMax * 4 + 16, 16);
/** 16 bits, interleaved: what the dither makes. */
export const bytes: usize = memory.data(blockMax * 4 + 16, 16);
/** The frames between two stages, 32 bits. */
export const work: usize = memory.data(stride * 8 + 64, 16);
/** The same with 64 bits, inside the EQ. */
export const wide: usize = memory.data(stride * 16 + 64, 16);
/** One number of 64 bits per frame: wanted, then smoothed gain; needed gain. */
export const gains: usize = memory.data(stride * 8 + 64, 16);

/** Even and odd halves of the interpolators' taps, each twice for both channels: 4 × 6, then 24 × 7. */
export const coarseTaps: usize = memory.data(24 * 16, 16);
export const fineTaps: usize = memory.data(168 * 16, 16);
