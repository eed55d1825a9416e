/** Makes a trace of a recorded session (`npm start -- --record`): what the listener of one page clicked, and when.
 *
 *    node --import tsx bench/traceOfTape.ts session.tape "name of the trace" > trace.json */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { rootKind, type HearLine } from "#engine/protocol/tape.ts";
import { presetSchema } from "#engine/protocol/variant.ts";
import { trackDecoder } from "../test/simulation/tape/decodeTracks.ts";
import { decodeValue } from "../test/simulation/tape/decodeValue.ts";
import { readTape } from "../test/simulation/tape/readTape.ts";
import type { Click, ListeningTrace } from "./listeningTrace.ts";

type Listed = { readonly list?: { readonly tracks: readonly { readonly id: string }[] } };

/** @param tape the text of a tape; of its pages the first is taken
 *  @returns clicks from the first on, at ms since that one; volume and loudness matching are left out
 *  @throws RangeError when no page of it clicked, or one clicked what it had not listed */
export function traceOfTape(tape: string, name: string): ListeningTrace {
  const { roots } = readTape(tape);
  const page = [...roots].find(([root]) => rootKind(root) === "page")?.[1] ?? [];
  const heard = page.flatMap(({ line }) => ("port" in line && "atMs" in line ? [line] : []));
  const decode = trackDecoder();
  const clicks: Click[] = [];
  let tracks: readonly { readonly id: string }[] = [];
  let beganMs: number | undefined;
  let endMs = 0;
  for (const line of heard) {
    endMs = line.atMs;
    if (line.port === "tracks") tracks = (decode(line.report) as Listed).list?.tracks ?? tracks;
    if (line.port !== "listener") continue;
    if (line.ask === "leave") break;
    const click = clickOf(line, Math.round(line.atMs - (beganMs ?? line.atMs)), tracks);
    if (click === undefined) continue;
    beganMs ??= line.atMs;
    clicks.push(click);
  }
  if (beganMs === undefined) throw new RangeError("nobody clicked anything on this tape");
  return { name, seconds: Math.ceil((endMs - beganMs) / 1000), clicks };
}

function clickOf(
  { ask, report }: HearLine,
  atMs: number,
  tracks: readonly { readonly id: string }[],
): Click | undefined {
  const [word] = decodeValue(report) as readonly unknown[];
  switch (ask) {
    case "choose": {
      const track = tracks.findIndex(({ id }) => id === word);
      if (track < 0) throw new RangeError("a track was chosen that is not in the list of the tape");
      return { atMs, type: "choose", track };
    }
    case "seek":
      return { atMs, type: "seek", seconds: Math.round(Number(word) * 1000) / 1000 };
    case "setEnhance":
      return { atMs, type: "enhance", on: word === true };
    case "setPreset":
      return { atMs, type: "preset", preset: presetSchema.parse(word) };
    case "setIntensity":
      return { atMs, type: "intensity", percent: Number(word) };
    case "play":
    case "pause":
    case "next":
    case "previous":
      return { atMs, type: ask };
    default:
      return undefined;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [path, name = "a session"] = process.argv.slice(2);
  if (path === undefined) throw new RangeError("which tape?");
  console.log(JSON.stringify(traceOfTape(readFileSync(path, "utf8"), name), null, 2));
}
