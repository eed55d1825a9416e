/** What stands on a tape for a value that crossed a port: JSON without samples and without secrets.
 *
 *    bytes of a slice     {"$slice": its header, "digest": its checksum}
 *    of a segment's file  {"$segment": its header, "digest"}
 *    of a small JSON file {"$text": "…"}          (fingerprint, loudness)
 *    any others           {"$bytes": length, "digest"}
 *    ports of a platform  {"$handle": number}
 *    JSON in a text frame {"$json": value}
 *    ±∞ and not-a-number  {"$number": "Infinity"}
 *
 *  Absolute paths and tokens become digests, the same ones every time, so that what the root makes of
 *  them later is the same too. Applied to its own result it changes nothing. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { crc32 } from "#crc32";
import { decodeSlice } from "../../protocol/slice.ts";
import { decodeSegmentFile, segmentFileHeaderBytes } from "../host/segmentFile.ts";

const textBytesMax = 16_384;
const openingBrace = 0x7b;
/** of a fraction, in a digest */
const digitsKept = 9;
/** where both binary formats keep their checksum */
const checksumAt = 44;

/** An object of the platform (a MessagePort) that only its own adapter can read. A replay hands out these
 *  in its place. */
export class TapeHandle {
  readonly number: number;
  constructor(number: number) {
    this.number = number;
  }
}

/** Numbers the handles of one root. */
export class HandleBook {
  private readonly numbers = new WeakMap<object, number>();
  private issued = 0;

  numberOf(handle: object): number {
    if (handle instanceof TapeHandle) return handle.number;
    let number = this.numbers.get(handle);
    if (number === undefined) this.numbers.set(handle, (number = this.issued++));
    return number;
  }
}

/** @param value a report, a request or a message: plain data, bytes, handles. Cost O(value). */
export function encodeValue(value: unknown, handles: HandleBook): unknown {
  switch (typeof value) {
    case "number":
      return Number.isFinite(value) ? value : { $number: String(value) };
    case "object":
      return value === null ? null : encodeObject(value, handles);
    case "function":
    case "symbol":
      return { $handle: -1 };
    default:
      return value;
  }
}

function encodeObject(value: object, handles: HandleBook): unknown {
  if (Array.isArray(value)) return value.map((item) => encodeValue(item, handles));
  if (value instanceof Uint8Array) return encodeBytes(value);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer)
    return { $bytes: value.byteLength };
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    return { $handle: handles.numberOf(value) };
  const out: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) {
    if (inner === undefined) continue;
    out[name] = typeof inner === "string" ? redact(name, inner) : encodeValue(inner, handles);
  }
  return out;
}

function encodeBytes(bytes: Uint8Array): unknown {
  const slice = decodeSlice(bytes);
  if (slice) {
    const { samples: _, ...header } = slice;
    return { $slice: header, digest: checksumOf(bytes) };
  }
  const file = readSegmentFile(bytes);
  if (file) {
    const { samples: _, ...header } = file;
    return { $segment: header, digest: checksumOf(bytes) };
  }
  if (bytes[0] === openingBrace && bytes.byteLength <= textBytesMax) {
    const text = new TextDecoder().decode(bytes);
    // samples may begin with any byte, but are no JSON
    if (parsed(text) !== undefined) return { $text: text };
  }
  return { $bytes: bytes.byteLength, digest: hex(crc32(bytes)) };
}

function checksumOf(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return hex(view.getUint32(checksumAt, true));
}

function readSegmentFile(bytes: Uint8Array) {
  if (bytes.byteLength < segmentFileHeaderBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return decodeSegmentFile(bytes, bytesToHex(bytes.subarray(4, 20)), view.getUint32(20, true));
}

/** A socket's text frame: as the JSON that it holds, if writing that again gives the same frame. */
export function encodeText(text: string, handles: HandleBook): unknown {
  const value = parsed(text);
  return value !== undefined && JSON.stringify(value) === text
    ? { $json: encodeValue(value, handles) }
    : text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // what a peer sent need not be JSON: it stays text
  }
}

/** Kind and digest of what a root sent, as `demand 9af03c11`. Samples count by their length only: a replay
 *  has none. Left out as well are a fault's words, which may name a file, and the last digits of fractions:
 *  browsers do not agree on those of a power or a logarithm. */
export function digestOf(message: unknown, handles: HandleBook): string {
  const value = typeof message === "string" ? (parsed(message) ?? message) : message;
  const slice = value instanceof Uint8Array ? decodeSlice(value) : undefined;
  if (slice) {
    const { samples: _, ...header } = slice;
    return `slice ${hashText(JSON.stringify(header))}`;
  }
  const plain = value instanceof Uint8Array ? lengthOf(value) : encodeValue(value, handles);
  const text = JSON.stringify(plain, (name, inner: unknown) => {
    if (name === "detail" || name === "digest") return undefined;
    return typeof inner === "number" && !Number.isInteger(inner) ? rounded(inner) : inner;
  });
  return `${kindOf(value)} ${hashText(text ?? "")}`;
}

function rounded(fraction: number): number {
  return Number(fraction.toPrecision(digitsKept));
}

function lengthOf(bytes: Uint8Array): unknown {
  return { $bytes: bytes.byteLength };
}

function kindOf(value: unknown): string {
  const { type, status } = Object(value) as { readonly type?: unknown; readonly status?: unknown };
  return [type, status].filter((word) => typeof word === "string").join(".") || "-";
}

/** FNV-1a over UTF-16 units, eight hexadecimal digits. */
function hashText(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hex(hash >>> 0);
}

function hex(number: number): string {
  return number.toString(16).padStart(8, "0");
}

const absolutePath = /^(?:[\\/]|[A-Za-z]:[\\/])/;
/** paths inside a sentence: in quotes, or up to the next space */
const pathsInWords =
  /(["'`])((?:[\\/]|[A-Za-z]:[\\/])[^"'`]*)\1|(?<![\w:/\\])((?:[\\/]|[A-Za-z]:[\\/])[^\s"'`,;)]+)/g;

function redact(name: string, text: string): string {
  switch (name) {
    case "token":
      return text.startsWith("token:") ? text : `token:${secretDigest(text)}`;
    case "path":
    case "pcmPath":
      return pathDigest(text);
    case "detail":
      return withoutPaths(text);
    default:
      return text;
  }
}

/** A sentence for a person, with digests where it names absolute paths. */
export function withoutPaths(sentence: string): string {
  return sentence.replace(pathsInWords, (_, quote: string, quoted: string, bare: string) =>
    quoted === undefined ? pathDigest(bare) : `${quote}${pathDigest(quoted)}${quote}`,
  );
}

/** A path that is relative, or a digest already, stays as it is. */
function pathDigest(path: string): string {
  if (!absolutePath.test(path)) return path;
  const ending = /\.[A-Za-z0-9]{1,5}$/.exec(path)?.[0] ?? "";
  return `path:${secretDigest(path)}${ending}`;
}

function secretDigest(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text))).slice(0, 16);
}
