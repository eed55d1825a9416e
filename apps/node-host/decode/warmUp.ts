/** Makes a decode worker fast before the first click: compiles each decoder and runs it once. */
import { isFault } from "#engine/audio/blockFile.ts";
import { fileURLToPath } from "node:url";
import type { Openers } from "./decodeFile.ts";
import { openByteFile } from "./byteFile.ts";
import type { SniffedFormat } from "./sniffFormat.ts";

/** Half a second of a tone in each format. */
const tones: readonly (readonly [SniffedFormat, string])[] = [
  ["flac", "tone.flac"],
  ["mp3", "tone.mp3"],
  ["vorbis", "tone.ogg"],
  ["opus", "tone.opus"],
  ["mp4", "tone.m4a"],
];

/** @param only formats to warm; others stay cold until they are asked for
 *  @throws Error when a decoder does not decode what was made for it: this worker is of no use */
export async function warmUp(openers: Openers, only: readonly SniffedFormat[]): Promise<void> {
  for (const [format, name] of tones) {
    const open = openers[format];
    if (open === null || !only.includes(format)) continue;
    const file = openByteFile(fileURLToPath(new URL(`./warmUp/${name}`, import.meta.url)));
    if (isFault(file)) throw new Error(`${name}: ${file.detail}`);
    const stream = await open(file);
    if (isFault(stream)) throw new Error(`${name}: ${stream.detail}`);
    let runs = 0;
    for await (const _ of stream.runs) runs++;
    if (runs === 0) throw new Error(`${name}: nothing was decoded`);
    file.close();
  }
}
