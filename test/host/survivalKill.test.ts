/** A host that is killed while it writes: nothing bad is served afterwards, and nothing good is lost. */
import { fileURLToPath } from "node:url";
import { afterEach, expect, it } from "vitest";
import { presets } from "#engine/protocol/variant.ts";
import {
  filesBelow,
  metric,
  readChunkAtLast,
  survivalBench,
  untilSo,
  type SurvivalBench,
} from "./survivalBench.ts";

/** `SEGUE_KILLS=100` for the long form */
const kills = Number(process.env.SEGUE_KILLS ?? 16);
const seconds = 15;
const chunks = 2;
const songs = 3;
/** of the writing of one file: opening, writing, syncing, renaming */
const stepsOfFile = 4;
const moments = ["before", "amid", "behind"] as const;

let bench: SurvivalBench;
afterEach(async () => {
  delete process.env.SEGUE_TEST_KILL;
  await bench.close();
});

/** One that nobody has asked for before. @param round from 0 to 299 */
function variantOf(round: number): { readonly song: number; readonly query: string } {
  const number = Math.floor(round / songs);
  const preset = presets[Math.floor(number / 20) % presets.length]!;
  const query = `variant=enhanced&preset=${preset}&intensity=${5 * (number % 20) + 5}`;
  return { song: round % songs, query };
}

/** Where the host is killed. Sixteen rounds take every step of a segment before, amid and behind it, of the
 *  first and of the second one in turn; decoded audio and what is known of a track are written but once. */
function killOf(round: number, data: string, drawn: () => number) {
  const below = (...names: readonly string[]) => names.map((name) => `${data}/${name}`);
  const share = (drawn() % 1000) / 1000;
  if (round < songs) {
    const when = moments[round % 3]!;
    return { folders: below("pcm"), thread: "worker", nth: 2 + (drawn() % 3), when, share };
  }
  if (round === songs) {
    const folders = below("fingerprints", "loudness");
    return { folders, thread: "main", nth: 2, when: "amid", share };
  }
  const turn = round - songs - 1;
  const step = 1 + (turn % stepsOfFile) + (drawn() % chunks) * stepsOfFile;
  const when = moments[Math.floor(turn / stepsOfFile) % 3]!;
  return { folders: below("segments"), thread: "main", nth: step, when, share };
}

function isGone(pid: number): boolean {
  try {
    return !process.kill(pid, 0);
  } catch {
    return true; // there is no such process
  }
}

it(
  `CACHE-5: killed ${kills} times while it writes, it serves what an undisturbed host serves, and has what was on disk`,
  async () => {
    bench = await survivalBench(Array.from({ length: songs }, () => seconds));
    const { data, place } = bench;
    const asked = Array.from({ length: kills }, (_, round) => variantOf(round));
    const namesOf = ({ song, query }: (typeof asked)[number]) =>
      Array.from({ length: chunks }, (_, chunk) => `${song} ${query} ${chunk}`);

    const sound = await bench.start({ data: `${place}/undisturbed` });
    const right = new Map<string, string>();
    for (const each of asked)
      for (const [chunk, name] of namesOf(each).entries()) {
        const { digest } = await readChunkAtLast(sound, String(each.song), chunk, each.query);
        right.set(name, digest);
      }
    await sound.stop();

    let seed = 1;
    const drawn = () => (seed = Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 8;
    const preload = fileURLToPath(new URL("./killedAtWrite.mjs", import.meta.url));
    let before: readonly string[] = [];
    let halfWritten = 0;
    // the library's index is written at every start, under one name: this may be the new one
    const parts = () =>
      filesBelow(data).filter((file) => file.endsWith(".part") && file !== "library.json.part");
    let left: readonly string[] = [];
    const killedBy: Record<string, number> = {};
    const wrong: string[] = [];
    for (const [round, each] of asked.entries()) {
      const kill = killOf(round, data, drawn);
      const { thread, nth, when } = kill;
      process.env.SEGUE_TEST_KILL = JSON.stringify(kill);
      const host = await bench.start({ preload });
      // the leftovers of the last run are gone
      expect(parts().filter((file) => left.includes(file))).toEqual([]);
      await (async () => {
        for (const [chunk, name] of namesOf(each).entries()) {
          const answer = await readChunkAtLast(host, String(each.song), chunk, each.query);
          if (answer.digest !== right.get(name)) wrong.push(name);
        }
      })().catch(() => undefined); // the host is gone
      await untilSo(
        () => isGone(host.pid),
        () => `it was not killed ${when} step ${nth}`,
      );
      killedBy[`${thread}, ${when}`] = (killedBy[`${thread}, ${when}`] ?? 0) + 1;
      const segments = filesBelow(data).filter((file) => file.endsWith(".seg"));
      expect(before.filter((file) => !segments.includes(file))).toEqual([]);
      left = parts();
      halfWritten += left.length;
      before = segments;
    }

    delete process.env.SEGUE_TEST_KILL;
    const host = await bench.start();
    for (const each of asked)
      for (const [chunk, name] of namesOf(each).entries()) {
        const { digest } = await readChunkAtLast(host, String(each.song), chunk, each.query);
        if (digest !== right.get(name)) wrong.push(name);
      }
    expect(wrong).toEqual([]);
    // what was on disk came from there, and only what was not was made
    const made = await metric(host, "segue_renders_total");
    expect(made).toBe(asked.length * chunks - before.length);
    const read = await metric(host, "segue_cache_hits_total", 'tier="L3"');
    expect(read).toBe(before.length);
    console.log(
      `${kills} kills (${JSON.stringify(killedBy)}): ${halfWritten} files half written, ${before.length} segments kept, ${made} made anew`,
    );
    // otherwise nothing was tried
    expect(before.length).toBeGreaterThan(0);
    expect(halfWritten).toBeGreaterThan(0);
  },
  // an idle machine takes three seconds for each; a busy one may take its time
  120_000 + kills * 30_000,
);
