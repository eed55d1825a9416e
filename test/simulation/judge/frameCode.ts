/** Frame code: the two 16-bit samples of a frame spell which frame of which track, source version and
 *  variant they are. A bijection scatters the 32 bits, so that neighbouring frames look unrelated and a
 *  faded or mixed frame is not mistaken for a code (8 check bits).
 *
 *  Bits: frame 15 · track 3 · version 2 · variant 4 · check 8. */

export type CodedFrame = {
  /** 0…32,767 */
  readonly frame: number;
  /** 0…7 */
  readonly track: number;
  /** 0…3 */
  readonly version: number;
  /** 0…15 */
  readonly variant: number;
};

/** @returns unsigned 32 bits, the left sample in the upper half
 *  @throws RangeError when a field does not fit: a track too long for the code */
export function encodeFrame({ frame, track, version, variant }: CodedFrame): number {
  if (frame > 32767 || track > 7 || version > 3 || variant > 15)
    throw new RangeError(`frame ${frame} of track ${track} does not fit the code`);
  return scatter(withCheck((frame << 9) | (track << 6) | (version << 4) | variant));
}

/** @returns undefined when these samples are no code (faded, mixed, corrupt or silent) */
export function decodeFrame(left: number, right: number): CodedFrame | undefined {
  const plain = gather(((left & 0xffff) << 16) | (right & 0xffff));
  const payload = plain >>> 8;
  if (withCheck(payload) !== plain >>> 0) return undefined;
  return {
    frame: payload >>> 9,
    track: (payload >>> 6) & 7,
    version: (payload >>> 4) & 3,
    variant: payload & 15,
  };
}

/** Left sample of a code, signed 16 bit. */
export function leftOf(code: number): number {
  return code >> 16;
}

/** Right sample of a code, signed 16 bit. */
export function rightOf(code: number): number {
  return (code << 16) >> 16;
}

function withCheck(payload: number): number {
  const mixed = Math.imul(payload ^ 0x5a17c3, 0x9e3779b1) >>> 24;
  return ((payload << 8) | mixed) >>> 0;
}

// the finaliser of MurmurHash3 (Appleby, public domain) and its inverse
function scatter(value: number): number {
  let x = value;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

function gather(value: number): number {
  let x = value;
  x = Math.imul(x ^ (x >>> 16), 0x7ed1b41d);
  x = Math.imul(x ^ (x >>> 13) ^ (x >>> 26), 0xa5cb9243);
  return (x ^ (x >>> 16)) >>> 0;
}
