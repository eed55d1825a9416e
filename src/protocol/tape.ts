/** Tape: a recorded session, one JSON value a line (NDJSON). The first line is the header; every other one
 *  belongs to a root (`host.1`, `page.3f21…`), and a root's lines stand in the order in which they happened.
 *
 *    begin  the root began, with this configuration, on a clock of its own
 *    hear   a port reported something into a call, or the root was asked for something (`ask`)
 *    read   a port's answer that is not a report (randomness, a socket's backlog), when it is another
 *    did    what the root did on its ports since the line before: `socket#5.send demand 9af03c11`
 *    threw  the root threw while it heard the line before
 *    end    the recording ended here, and not because the root died
 *
 *  Samples are never on it: see actors/tape/tapeValue.ts for what stands in their place. */
import * as z from "zod/mini";

export const tapeVersion = 1;

/** Bounds of a tape, for those who write it and those who read it. */
export const tapeLimits = {
  /** characters of one line; a list of 10,000 tracks takes three quarters of it */
  lineCharsMax: 4_000_000,
  /** bytes of one `POST /record` */
  batchBytesMax: 12_500_000,
  /** bytes of the file */
  fileBytesMax: 64_000_000,
} as const;

export const rootKinds = ["host", "page", "worker"] as const;
export type RootKind = (typeof rootKinds)[number];

/** Where something came from, or went. `host` and `listener` are what the app asks of the root itself. */
export const tapePorts = [
  "catalogue",
  "clock",
  "decode",
  "disk",
  "diskIndex",
  "engine",
  "feed",
  "host",
  "http",
  "listener",
  "memory",
  "output",
  "page",
  "random",
  "socket",
  "tracks",
  "wallClock",
  "worker",
] as const;
export type TapePort = (typeof tapePorts)[number];

/** What an app asks of a root: of the host, of a page (the listener), of a page worker. */
export const tapeAsks = [
  "accept",
  "openRendition",
  "readSegment",
  "cancel",
  "stop",
  "play",
  "pause",
  "choose",
  "next",
  "previous",
  "seek",
  "setEnhance",
  "setPreset",
  "setIntensity",
  "setVolume",
  "setMatchLoudness",
  "setCrossfade",
  "leave",
] as const;
export type TapeAsk = (typeof tapeAsks)[number];

const root = z.string().check(z.regex(/^(host|page|worker)\.[0-9a-z.]{1,32}$/));
const atMs = z.number().check(z.minimum(0));
const counter = z.int().check(z.minimum(0));
const port = z.enum(tapePorts);
const words = z.string().check(z.maxLength(500));

export const tapeHeaderSchema = z.object({
  /** version of the format */
  segueTape: counter,
  /** versions of the protocol and of the engine that was recorded */
  protocol: counter,
  engine: counter,
  /** ms since 1970 */
  madeAt: counter,
  madeBy: z.string().check(z.maxLength(100)),
});
export type TapeHeader = z.infer<typeof tapeHeaderSchema>;

const beginSchema = z.strictObject({
  root,
  /** ms of the root's own clock */
  atMs,
  /** ms since 1970 when that clock was zero; left out on tapes of before */
  originMs: z.optional(atMs),
  /** what its app handed to it beside the ports; for the host also `slots` of the engine */
  begin: z.record(z.string(), z.unknown()),
});
const hearSchema = z.strictObject({
  root,
  atMs,
  port,
  /** running number of the call, socket, timer or port that it belongs to, within its root */
  call: z.optional(counter),
  /** what the app asked for */
  ask: z.optional(z.enum(tapeAsks)),
  report: z.optional(z.unknown()),
  /** heard while the root was in the middle of hearing something else: how deep */
  deep: z.optional(counter),
});
const readSchema = z.strictObject({
  root,
  port,
  read: words,
  /** the value holds from this reading on; readings of each `read` are counted from 0 */
  nth: counter,
  value: z.unknown(),
});
const didSchema = z.strictObject({ root, did: z.array(words).check(z.maxLength(100_000)) });
const threwSchema = z.strictObject({ root, atMs, threw: words });
const endSchema = z.strictObject({ root, end: words });

export const tapeLineSchema = z.union([
  hearSchema,
  didSchema,
  readSchema,
  beginSchema,
  threwSchema,
  endSchema,
]);
export type TapeLine = z.infer<typeof tapeLineSchema>;
export type HearLine = z.infer<typeof hearSchema>;

/** Kind of a root, from its name on the tape. */
export function rootKind(name: string): RootKind {
  return name.slice(0, name.indexOf(".")) as RootKind;
}
