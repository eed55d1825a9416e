/** Reads a tape: header, then the lines of every root in their order. What is no tape is refused in one
 *  sentence; only a torn last line is left out, as a host that is killed leaves one. */
import { engineVersion } from "#engine/audio/engineVersion.ts";
import { protocolVersion } from "#engine/protocol/limits.ts";
import {
  tapeAsks,
  tapeHeaderSchema,
  tapeLineSchema,
  tapePorts,
  tapeVersion,
  type TapeHeader,
  type TapeLine,
} from "#engine/protocol/tape.ts";

/** What is wrong with a tape, for a person. */
export class TapeRefused extends RangeError {}

export type NumberedLine = {
  /** line of the file, from 1 */
  readonly number: number;
  readonly line: TapeLine;
};

export type Tape = {
  readonly header: TapeHeader;
  /** by root, in the order in which they began */
  readonly roots: ReadonlyMap<string, readonly NumberedLine[]>;
  /** what whoever replays it ought to know */
  readonly notes: readonly string[];
};

/** @param text the whole file @throws TapeRefused */
export function readTape(text: string): Tape {
  const lines = text.split("\n");
  const last = lines.pop() ?? "";
  const notes: string[] = [];
  if (last !== "") notes.push("The last line is torn, as when a host is killed; it was left out.");
  const header = readHeader(lines[0]);
  if (header.protocol !== protocolVersion || header.engine !== engineVersion)
    notes.push(
      `It was recorded with protocol ${header.protocol} and engine ${header.engine}; this is protocol ${protocolVersion} and engine ${engineVersion}.`,
    );
  const here = `node ${process.version}`;
  if (header.madeBy !== here)
    notes.push(
      `It was recorded on ${header.madeBy}; this is ${here}, whose logarithms may differ in their last digits.`,
    );
  const roots = new Map<string, NumberedLine[]>();
  const headless = new Set<string>();
  for (let index = 1; index < lines.length; index++) {
    const line = readLine(lines[index]!, index + 1);
    const { root } = line;
    const known = roots.get(root);
    if (known) {
      if ("begin" in line) throw refused(index + 1, `${root} begins a second time`);
      known.push({ number: index + 1, line });
    } else if ("begin" in line) roots.set(root, [{ number: index + 1, line }]);
    else headless.add(root);
  }
  for (const root of headless)
    notes.push(`The beginning of ${root} is not on the tape; it was left out.`);
  if (roots.size === 0) throw new TapeRefused("The tape is empty: no root begins on it.");
  return { header, roots, notes };
}

function readHeader(line: string | undefined): TapeHeader {
  const header = tapeHeaderSchema.safeParse(parsed(line ?? ""));
  if (!header.success)
    throw new TapeRefused("This file is no tape: its first line is no header of one.");
  const { segueTape } = header.data;
  if (segueTape !== tapeVersion)
    throw new TapeRefused(
      `The tape is of version ${segueTape}; this simulator reads version ${tapeVersion}.`,
    );
  return header.data;
}

function readLine(text: string, number: number): TapeLine {
  const value = parsed(text);
  const line = tapeLineSchema.safeParse(value);
  if (line.success) return line.data;
  const { port, ask } = Object(value) as { readonly port?: unknown; readonly ask?: unknown };
  for (const [what, name, known] of [
    ["port", port, tapePorts],
    ["command", ask, tapeAsks],
  ] as const)
    if (typeof name === "string" && !(known as readonly string[]).includes(name))
      throw refused(number, `there is no ${what} named ${JSON.stringify(name.slice(0, 40))}`);
  throw refused(number, value === undefined ? "it is no JSON" : "it is no line of a tape");
}

/** @returns undefined when it is no JSON */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // told to the reader by whoever asked
  }
}

/** @param number line of the file */
export function refused(number: number, why: string): TapeRefused {
  return new TapeRefused(`The tape cannot be read: line ${number}: ${why}.`);
}
