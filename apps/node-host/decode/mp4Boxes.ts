/** The boxes of an MP4 file (ISO/IEC 14496-12) that tell its audio track's shape and exact edges, and
 *  a rewrite that puts `moov` first. */

export type Box = {
  readonly type: string;
  readonly start: number;
  /** bytes, header included */
  readonly size: number;
  readonly header: number;
};

/** Boxes of `[from, until)`, as far as they are whole. */
export function boxesOf(bytes: Buffer, from = 0, until = bytes.length): Box[] {
  const boxes: Box[] = [];
  for (let start = from; start + 8 <= until;) {
    let size = bytes.readUInt32BE(start);
    let header = 8;
    const type = bytes.toString("latin1", start + 4, start + 8);
    if (size === 1 && start + 16 <= until) {
      size = Number(bytes.readBigUInt64BE(start + 8));
      header = 16;
    } else if (size === 0) size = until - start;
    if (size < header || start + size > until) break;
    boxes.push({ type, start, size, header });
    start += size;
  }
  return boxes;
}

export type Mp4Audio = {
  /** its `trak` box inside `moov` */
  readonly track: Box;
  /** units per second of the track's tables */
  readonly scale: number;
  readonly codec: "aac" | "alac" | "other";
  /** Hz, of the decoder's output */
  readonly rate: number;
  readonly channels: number;
  /** of integer samples (ALAC) */
  readonly bits: number | null;
  /** spectral band replication is announced: the core decoder alone gives half the rate */
  readonly highEfficiency: boolean;
  /** frames in front that only prime the decoder */
  readonly start: number;
  /** frames that count, null when nothing tells */
  readonly total: number | null;
};

/** @param moov the whole `moov` box @returns undefined without an audio track */
export function readMp4Audio(moov: Buffer): Mp4Audio | undefined {
  const top = boxesOf(moov, 8);
  const mvhd = top.find((box) => box.type === "mvhd");
  const movieScale = mvhd ? timescale(moov, mvhd) : 0;
  for (const trak of top.filter((box) => box.type === "trak")) {
    const find = (path: readonly string[]) => descend(moov, trak, path);
    const mdhd = find(["mdia", "mdhd"]);
    const stsd = find(["mdia", "minf", "stbl", "stsd"]);
    if (mdhd === undefined || stsd === undefined) continue;
    const entry = readSampleEntry(moov, stsd);
    if (entry === undefined) continue;
    const edit = readEdit(moov, find(["edts", "elst"]));
    const scale = timescale(moov, mdhd);
    const gapless = readGapless(moov);
    const place = { track: trak, scale: scale || entry.rate };
    if (gapless !== undefined) return { ...entry, ...place, ...gapless };
    // Lengths are counted on the media's scale, which is the rate but for odd files.
    const perUnit = scale === 0 ? 1 : entry.rate / scale;
    const start = Math.max(0, edit?.start ?? 0);
    const media = duration(moov, mdhd) - start;
    const told = edit && movieScale > 0 ? (edit.duration * scale) / movieScale : media;
    // The movie's scale is often milliseconds: then the media's own duration is the exact one.
    const total = Math.abs(told - media) <= scale / Math.max(1, movieScale) ? media : told;
    return {
      ...entry,
      ...place,
      start: Math.round(start * perUnit),
      total: total > 0 ? Math.round(total * perUnit) : null,
    };
  }
  return undefined;
}

function readSampleEntry(
  bytes: Buffer,
  stsd: Box,
): Omit<Mp4Audio, "track" | "scale" | "start" | "total"> | undefined {
  const entry = boxesOf(bytes, stsd.start + stsd.header + 8, stsd.start + stsd.size)[0];
  if (entry === undefined || entry.size < 36) return undefined;
  const at = entry.start + entry.header;
  const version = bytes.readUInt16BE(at + 8);
  const shape = {
    rate: bytes.readUInt16BE(at + 24),
    channels: bytes.readUInt16BE(at + 16),
    bits: null,
    highEfficiency: false,
  };
  // QuickTime's version 1 and 2 entries are longer before their boxes begin.
  const inner = boxesOf(bytes, at + 28 + [0, 16, 36][version]!, entry.start + entry.size);
  if (entry.type === "alac") {
    const cookie = inner.find((box) => box.type === "alac");
    if (cookie === undefined || cookie.size < 36) return undefined;
    const config = cookie.start + cookie.header + 4;
    return {
      ...shape,
      codec: "alac",
      bits: bytes[config + 5]!,
      channels: bytes[config + 9]!,
      rate: bytes.readUInt32BE(config + 20),
    };
  }
  if (entry.type === "mp4a") {
    const wave = inner.find((box) => box.type === "wave");
    const esds =
      inner.find((box) => box.type === "esds") ??
      (wave &&
        boxesOf(bytes, wave.start + 8, wave.start + wave.size).find((b) => b.type === "esds"));
    const config = esds && readAudioConfig(bytes, esds);
    if (config === undefined) return { ...shape, codec: "other" };
    return { ...shape, ...config, codec: "aac" };
  }
  // Video, subtitles: no audio entry. Other audio codecs have a plausible rate in the same place.
  const isAudio = ["ac-3", "ec-3", "Opus", "fLaC", ".mp3", "samr", "sowt", "twos"].includes(
    entry.type,
  );
  return isAudio ? { ...shape, codec: "other" } : undefined;
}

const rates = [
  96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350,
];

/** AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1) inside the elementary stream descriptor. */
function readAudioConfig(bytes: Buffer, esds: Box) {
  const end = esds.start + esds.size;
  let at = esds.start + esds.header + 4;
  let objectType = 0;
  while (at + 2 <= end) {
    const tag = bytes[at++]!;
    let length = 0;
    for (let k = 0; k < 4; k++) {
      const byte = bytes[at++]!;
      length = (length << 7) | (byte & 0x7f);
      if ((byte & 0x80) === 0) break;
    }
    if (tag === 3) at += 3;
    else if (tag === 4) {
      objectType = bytes[at]!;
      at += 13;
    } else if (tag === 5 && length >= 2 && at + length <= end) {
      // 0x40 is MPEG-4 audio, 0x66–0x68 MPEG-2 AAC; anything else (MP3, …) is not for this decoder.
      if (objectType !== 0x40 && (objectType < 0x66 || objectType > 0x68)) return undefined;
      const kind = bytes[at]! >> 3;
      const index = ((bytes[at]! & 7) << 1) | (bytes[at + 1]! >> 7);
      const rate = rates[index];
      if (rate === undefined) return undefined;
      const channels = [0, 1, 2, 3, 4, 5, 6, 8][(bytes[at + 1]! >> 3) & 0xf] ?? 0;
      return {
        rate,
        highEfficiency: kind === 5 || kind === 29,
        ...(channels > 0 && { channels }),
      };
    } else at += length;
  }
  return undefined;
}

function readEdit(bytes: Buffer, elst: Box | undefined) {
  if (elst === undefined) return undefined;
  const at = elst.start + elst.header;
  const wide = bytes[at] === 1;
  const each = wide ? 20 : 12;
  const count = Math.min(
    bytes.readUInt32BE(at + 4),
    Math.floor((elst.size - elst.header - 8) / each),
  );
  for (let k = 0; k < count; k++) {
    const place = at + 8 + k * each;
    const length = wide ? Number(bytes.readBigUInt64BE(place)) : bytes.readUInt32BE(place);
    const start = wide ? Number(bytes.readBigInt64BE(place + 8)) : bytes.readInt32BE(place + 4);
    // −1 is a pause in front of the audio, which no music file means.
    if (start >= 0) return { duration: length, start };
  }
  return undefined;
}

/** iTunes' comment: delay, padding and length in frames, in hexadecimal. */
function readGapless(moov: Buffer): { start: number; total: number } | undefined {
  const at = moov.indexOf("iTunSMPB");
  if (at < 0) return undefined;
  const found = / [0-9A-F]{8} ([0-9A-F]{8}) ([0-9A-F]{8}) ([0-9A-F]{16})/i.exec(
    moov.toString("latin1", at, at + 200),
  );
  const total = found === null ? 0 : Number.parseInt(found[3]!, 16);
  return total > 0 ? { start: Number.parseInt(found![1]!, 16), total } : undefined;
}

function descend(bytes: Buffer, from: Box, path: readonly string[]): Box | undefined {
  let box: Box | undefined = from;
  for (const type of path) {
    if (box === undefined) return undefined;
    const inside: Box[] = boxesOf(bytes, box.start + box.header, box.start + box.size);
    box = inside.find((one) => one.type === type);
  }
  return box;
}

function timescale(bytes: Buffer, box: Box): number {
  const at = box.start + box.header;
  return bytes.readUInt32BE(at + (bytes[at] === 1 ? 20 : 12));
}

function duration(bytes: Buffer, box: Box): number {
  const at = box.start + box.header;
  return bytes[at] === 1 ? Number(bytes.readBigUInt64BE(at + 24)) : bytes.readUInt32BE(at + 16);
}

/** Puts `moov` before `mdat` and moves the chunk offsets along, as streaming decoders need it.
 *  @returns the same buffer when it is in order. @throws RangeError on a torn table (a bad file) */
export function withMoovFirst(bytes: Buffer): Buffer {
  const top = boxesOf(bytes);
  const moov = top.find((box) => box.type === "moov");
  const mdat = top.find((box) => box.type === "mdat");
  if (moov === undefined || mdat === undefined || moov.start < mdat.start) return bytes;
  const moved = Buffer.from(bytes.subarray(moov.start, moov.start + moov.size));
  const shift = (from: number, until: number): void => {
    for (const box of boxesOf(moved, from, until)) {
      const at = box.start + box.header;
      if (["trak", "mdia", "minf", "stbl"].includes(box.type)) shift(at, box.start + box.size);
      else if (box.type === "stco" || box.type === "co64") {
        const each = box.type === "stco" ? 4 : 8;
        const count = moved.readUInt32BE(at + 4);
        for (let k = 0; k < count; k++) {
          const place = at + 8 + k * each;
          if (each === 4) moved.writeUInt32BE(moved.readUInt32BE(place) + moov.size, place);
          else moved.writeBigUInt64BE(moved.readBigUInt64BE(place) + BigInt(moov.size), place);
        }
      }
    }
  };
  shift(8, moved.length);
  const others = top.filter((box) => box !== moov);
  const part = (box: Box) => bytes.subarray(box.start, box.start + box.size);
  return Buffer.concat([
    ...others.filter((box) => box.start < mdat.start).map(part),
    moved,
    ...others.filter((box) => box.start >= mdat.start).map(part),
  ]);
}
