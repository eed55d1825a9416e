/** A host that is killed while it writes: nothing bad is served afterwards, and nothing good is lost. */
import { afterEach, expect, it } from "vitest";
import {
  filesBelow,
  metric,
  readChunkAtLast,
  survivalBench,
  type SurvivalBench,
} from "./survivalBench.ts";

/** `SEGUE_KILLS=100` for the long form */
const kills = Number(process.env.SEGUE_KILLS ?? 20);
const seconds = 15;
const chunks = 2;
const songs = 3;

let bench: SurvivalBench;
afterEach(() => bench.close());

/** Resolves when files have come, gone or changed their names below the data folder so often. */
function stirrings(data: string, count: number): Promise<void> {
  return new Promise((resolve) => {
    let seen = 0;
    let before = "";
    const timer = setInterval(() => {
      const now = filesBelow(data).join();
      if (now !== before && before !== "") seen++;
      before = now;
      if (seen < count) return;
      clearInterval(timer);
      resolve();
    }, 2);
  });
}

const query = (intensity: number) => `variant=enhanced&preset=warm&intensity=${intensity}`;
const name = (song: number, intensity: number, chunk: number) => `${song} ${intensity} ${chunk}`;

it(`CACHE-5: killed ${kills} times while it writes, it serves what an undisturbed host serves, and has what was on disk`, async () => {
  bench = await survivalBench(Array.from({ length: songs }, () => seconds));
  const { data, place } = bench;
  const intensities = Array.from({ length: Math.ceil(kills / songs) }, (_, i) => 5 * (i % 20) + 5);

  const sound = await bench.start({ data: `${place}/undisturbed` });
  const right = new Map<string, string>();
  for (let song = 0; song < songs; song++)
    for (const intensity of intensities)
      for (let chunk = 0; chunk < chunks; chunk++) {
        const { digest } = await readChunkAtLast(sound, String(song), chunk, query(intensity));
        right.set(name(song, intensity, chunk), digest);
      }
  await sound.stop();

  let seed = 1;
  const drawn = () => (seed = Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  const asked: (readonly [number, number])[] = [];
  let before: readonly string[] = [];
  let halfWritten = 0;
  const wrong: string[] = [];
  for (let round = 0; round < kills; round++) {
    const host = await bench.start();
    // the leftovers of the last run are gone
    expect(filesBelow(data).filter((file) => file.endsWith(".part"))).toEqual([]);
    const fresh = [round % songs, intensities[Math.floor(round / songs)]!] as const;
    asked.push(fresh);
    const reading = (async () => {
      for (let chunk = 0; chunk < chunks; chunk++) {
        const answer = await readChunkAtLast(host, String(fresh[0]), chunk, query(fresh[1]));
        if (answer.digest !== right.get(name(...fresh, chunk))) wrong.push(name(...fresh, chunk));
      }
    })().catch(() => undefined); // the host is gone
    // at one of the first writes, or right behind it; the decoder's are among them while a track is new
    await Promise.race([reading, stirrings(data, 1 + (drawn() % 8))]);
    await host.kill();
    await reading;
    const segments = filesBelow(data).filter((file) => file.endsWith(".seg"));
    expect(before.filter((file) => !segments.includes(file))).toEqual([]);
    halfWritten += filesBelow(data).filter((file) => file.endsWith(".part")).length;
    before = segments;
  }

  const host = await bench.start();
  for (const [song, intensity] of asked)
    for (let chunk = 0; chunk < chunks; chunk++) {
      const { digest } = await readChunkAtLast(host, String(song), chunk, query(intensity));
      const id = name(song, intensity, chunk);
      if (digest !== right.get(id)) wrong.push(id);
    }
  expect(wrong).toEqual([]);
  // what was on disk came from there, and only what was not was made
  const made = await metric(host, "segue_renders_total");
  expect(made).toBe(asked.length * chunks - before.length);
  const read = await metric(host, "segue_cache_hits_total", 'tier="L3"');
  expect(read).toBe(before.length);
  console.log(
    `${kills} kills: ${halfWritten} files half written, ${before.length} segments kept, ${made} made anew`,
  );
  // otherwise nothing was tried
  expect(before.length).toBeGreaterThan(0);
  expect(halfWritten).toBeGreaterThan(0);
}, 300_000);
