/** A real host with real files, workers and disk that nobody uses: it comes to know them, and stops when somebody
 *  does. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { SurveyConfig } from "#engine/actors/hostApi.ts";
import { openEngines, type Engines } from "../../apps/node-host/openEngines.ts";
import { startHost, type RunningHost } from "../../apps/node-host/startHost.ts";
import { watchLivingActors } from "../../apps/node-host/inspectActors.ts";
import { wavHeader } from "#engine/audio/wav.ts";
import { madeMusic } from "./madeMusic.ts";

const rate = 44_100;
let place: string;
let running: RunningHost | undefined;
let engines: Engines | undefined;
let decoded: string[];

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "segue-survey-"));
  mkdirSync(join(place, "music"));
  ["a", "b", "c"].forEach((name, at) => putMusic(name, 4 + at));
  decoded = [];
});
afterEach(async () => {
  await stop();
  rmSync(place, { recursive: true, force: true });
});

function putMusic(name: string, seconds: number): void {
  const samples = madeMusic({ seconds, rate, channels: 2, level: 0.5 });
  const header = wavHeader({ rate, channels: 2, frames: samples.length / 2 });
  writeFileSync(
    join(place, "music", `${name}.wav`),
    Buffer.concat([header, Buffer.from(samples.buffer)]),
  );
}

async function start(survey: SurveyConfig | undefined): Promise<RunningHost> {
  const data = join(place, "data");
  mkdirSync(data, { recursive: true });
  engines = openEngines({ data, workers: 1 });
  const { decode } = engines;
  running = await startHost({
    ...engines,
    folders: [join(place, "music")],
    data,
    port: 0,
    host: "127.0.0.1",
    page: data,
    decode: (request, emit) => {
      decoded.push(`${request.path.at(-5)} ${request.isSpare === true}`);
      return decode(request, emit);
    },
    config: survey ? { survey } : {},
    actors: watchLivingActors(() => undefined),
    tell: () => undefined,
  });
  return running;
}

async function stop(): Promise<void> {
  await running?.stop();
  await engines?.close();
  running = engines = undefined;
}

const listed = (folder: string) => {
  try {
    return readdirSync(join(place, "data", folder));
  } catch {
    return [];
  }
};

const patient = { timeout: 60_000, interval: 20 };

it("CACHE-14: the library is analysed while nobody plays, nothing but fingerprints is left, and after a restart nothing is done again", async () => {
  const { host } = await start({ quietMs: 50, restMs: 10 });
  await expect.poll(() => host.figures().surveyed, patient).toBe(3);
  await expect.poll(() => listed("fingerprints").length, patient).toBe(3);
  await expect.poll(() => host.figures().openTracks, patient).toBe(0);
  expect(listed("pcm")).toEqual([]);
  expect(decoded).toEqual(["a true", "b true", "c true"]);
  expect(running!.library.list().tracks.every(({ exact }) => exact)).toBe(true);
  await stop();

  putMusic("d", 3);
  const again = await start({ quietMs: 50, restMs: 10 });
  await expect.poll(() => again.host.figures().surveyed, patient).toBe(1);
  expect(decoded).toEqual(["a true", "b true", "c true", "d true"]);
}, 120_000);

it("CACHE-15: a track that somebody opens while it is surveyed goes on for him, and its audio is kept", async () => {
  putMusic("a", 40);
  const { host } = await start({ quietMs: 50, restMs: 10 });
  await expect.poll(() => decoded.length, patient).toBe(1);
  const { tracks } = running!.library.list();
  const id = tracks.find(({ title }) => title === "a")!.id;
  const told: string[] = [];
  const close = host.openRendition({ track: id, variant: "warm@80", rate: null }, (each) =>
    told.push("status" in each ? each.status : each.type),
  );
  await expect.poll(() => told.at(-1), patient).toBe("ready");
  close();
  expect(decoded.filter((each) => each.startsWith("a"))).toEqual(["a true"]);
  // what comes after him is for nobody again
  await expect.poll(() => listed("fingerprints").length, patient).toBe(3);
  await expect.poll(() => listed("pcm").length, patient).toBe(1);
}, 120_000);

it("CACHE-16: while a track is open over HTTP nothing is surveyed, and what he listened to stays", async () => {
  const { host } = await start({ quietMs: 300, restMs: 10 });
  const { tracks } = running!.library.list();
  const close = host.openRendition(
    { track: tracks[2]!.id, variant: "original", rate: null },
    () => undefined,
  );
  await expect.poll(() => listed("fingerprints").length, patient).toBe(1);
  expect(decoded).toEqual(["c false"]);
  close();
  await expect.poll(() => listed("fingerprints").length, patient).toBe(3);
  await expect.poll(() => listed("pcm").length, patient).toBe(1);
  expect(decoded).toEqual(["c false", "a true", "b true"]);
}, 120_000);
