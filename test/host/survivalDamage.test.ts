/** Files of the data folder that were damaged while no host looked: whatever it was, nothing of it is served. */
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunningHost } from "../browser/runHost.ts";
import { filesBelow, metric, readChunkAtLast, survivalBench, untilSo } from "./survivalBench.ts";

type Bench = Awaited<ReturnType<typeof survivalBench>>;

const songs = 2;
const chunks = 2;
const queries = ["variant=original", "variant=enhanced&preset=punchy&intensity=70"];

let bench: Bench;
const right = new Map<string, string>();
/** every file of the data folder as a host left it in good order */
const whole = new Map<string, Buffer>();

/** Whatever the host answers that is not right. */
async function wrongAnswers(host: RunningHost): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (let song = 0; song < songs; song++)
    for (const query of queries)
      for (let chunk = 0; chunk < chunks; chunk++) {
        const { digest } = await readChunkAtLast(host, String(song), chunk, query);
        const name = `${song} ${query} ${chunk}`;
        if (right.size < songs * queries.length * chunks) right.set(name, digest);
        else if (right.get(name) !== digest) wrong.push(name);
      }
  return wrong;
}

/** Ends a host when all that it has to write is written. */
async function endWritten(host: RunningHost): Promise<void> {
  const kept = () =>
    filesBelow(bench.data).filter((file) => /^(fing|loud|seg).*(json|seg)$/.test(file));
  await untilSo(
    () => kept().length >= songs * (chunks + 2),
    () => [...kept(), ...host.printed()].join("\n"),
  );
  await host.stop();
}

beforeAll(async () => {
  bench = await survivalBench([15, 15]);
  const host = await bench.start();
  await wrongAnswers(host);
  await endWritten(host);
  for (const file of filesBelow(bench.data)) whole.set(file, readFileSync(join(bench.data, file)));
});
afterAll(() => bench.close());

const kinds = ["segments", "pcm", "fingerprints", "loudness", "library.json"];
it("there is a file of each kind to damage", () => {
  for (const kind of kinds)
    expect([...whole.keys()].some((file) => file.startsWith(kind))).toBe(true);
});

type Harm = (path: string, bytes: Buffer, other: Buffer) => void;

/** @param share where in the file, 0…1 */
const flip =
  (share: number): Harm =>
  (path, bytes) => {
    const altered = Buffer.from(bytes);
    altered[Math.min(bytes.length - 1, Math.floor(bytes.length * share))]! ^= 0x10;
    writeFileSync(path, altered);
  };
const cut =
  (share: number): Harm =>
  (path, bytes) =>
    truncateSync(path, Math.floor(bytes.length * share));

describe("CACHE-5: every file of the data folder", () => {
  it.each<[string, Harm, readonly ("library" | "pcm")[]]>([
    ["with a flipped bit in its head", flip(0), ["library", "pcm"]],
    ["with a flipped bit in its middle", flip(0.5), ["library", "pcm"]],
    ["with a flipped bit at its end", flip(1), ["library", "pcm"]],
    ["cut off in its head", (path) => truncateSync(path, 10), ["library"]],
    ["cut off at its half", cut(0.5), ["library", "pcm"]],
    ["empty", cut(0), ["library"]],
    [
      "grown",
      (path, bytes) => writeFileSync(path, Buffer.concat([bytes, Buffer.alloc(9)])),
      ["library", "pcm"],
    ],
    [
      "full of noughts",
      (path, bytes) => writeFileSync(path, Buffer.alloc(bytes.length)),
      ["library", "pcm"],
    ],
    [
      "in the place of another of its kind",
      (path, _, other) => writeFileSync(path, other),
      ["pcm"],
    ],
    ["that is gone", (path) => rmSync(path), []],
  ])(
    "%s is never served, is as it was when it has been made anew, and is counted",
    async (_, harm, counted) => {
      rmSync(bench.data, { recursive: true });
      for (const [file, bytes] of whole) {
        const path = join(bench.data, file);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, bytes);
        const alike = [...whole].filter(([name]) => name.startsWith(file.slice(0, 3)));
        const at = alike.findIndex(([name]) => name === file);
        harm(path, bytes, alike[(at + 1) % alike.length]![1]);
      }
      // one that names no process: nobody has the folder
      writeFileSync(join(bench.data, "host.lock"), "damaged");
      const host = await bench.start();
      expect(await wrongAnswers(host)).toEqual([]);
      for (const kind of ["library", "pcm"] as const) {
        const count = await metric(host, "segue_damaged_files_total", `kind="${kind}"`);
        expect({ kind, isCounted: count > 0 }).toEqual({ kind, isCounted: counted.includes(kind) });
      }
      await endWritten(host);
      // the two indexes hold times, too
      const isKept = (file: string): boolean => !/^(library\.json|segments\.sqlite)/.test(file);
      expect(filesBelow(bench.data).filter(isKept)).toEqual([...whole.keys()].filter(isKept));
      for (const [file, bytes] of whole)
        if (isKept(file)) {
          const isSame = readFileSync(join(bench.data, file)).equals(bytes);
          expect({ file, isSame }).toEqual({ file, isSame: true });
        }
    },
    60_000,
  );
});
