/** The host alone: how much of what a listener wants is there before he wants it, what it costs, and how fast
 *  each tier answers. Players without a browser, real files, real workers, real disk. */
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Host, HostFigures } from "#engine/actors/hostApi.ts";
import type { ReadyRendition, Rendition } from "#engine/protocol/hostMessages.ts";
import { crc32 } from "#engine/protocol/crc32.ts";
import { defaultVariant, variantName } from "#engine/protocol/variant.ts";
import { watchLivingActors } from "../apps/node-host/inspectActors.ts";
import { openEngines } from "../apps/node-host/openEngines.ts";
import { startHost, type RunningHost } from "../apps/node-host/startHost.ts";
import { writeSongs, songSeconds } from "./benchMusic.ts";
import { openHeadlessPlayer } from "./headlessPlayer.ts";
import { readTrace, replayTrace, type ListeningTrace } from "./listeningTrace.ts";
import { naiveHost } from "./naiveHost.ts";
import { RenderWatch } from "./renderWatch.ts";
import { round, summarise } from "./statistics.ts";

type Print = (figure: Record<string, unknown>) => void;

const slots = 2;
const goals = { straightThrough: 95, seekStorm: 60, presetBrowsing: 60 } as const;
const enhanced = variantName(defaultVariant);

export async function run(print: Print): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "segue-bench-"));
  const music = join(folder, "music");
  mkdirSync(music);
  writeSongs(music, 3);
  try {
    let renderMs = 0;
    for (const name of Object.keys(goals) as (keyof typeof goals)[]) {
      const trace = readTrace(new URL(`./traces/${name}.json`, import.meta.url));
      const bench = await openBench(music, join(folder, name));
      renderMs ||= await oneRenderMs(bench.running.host, bench.titles[2]!);
      await listen(bench, trace, goals[name], renderMs, print);
      await bench.close();
    }
    await wholeTrack(music, join(folder, "whole"), print);
    await tiers(music, join(folder, "tiers"), print);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Bench = {
  readonly running: RunningHost;
  readonly watch: RenderWatch;
  /** ids of the tracks, as listed */
  readonly titles: readonly string[];
  readonly close: () => Promise<void>;
};

async function openBench(music: string, data: string): Promise<Bench> {
  mkdirSync(data, { recursive: true });
  const watch = new RenderWatch();
  const engines = openEngines({ data, workers: slots });
  const running = await startHost({
    folders: [music],
    data,
    port: 0,
    host: "127.0.0.1",
    page: data,
    ...engines,
    actors: watchLivingActors(watch.inspect),
    tell: (line) => console.error(line),
  });
  const list = running.library.list();
  return {
    running,
    watch,
    titles: list.tracks.map(({ id }) => id),
    close: async () => {
      await running.stop();
      await engines.close();
    },
  };
}

/** Opens a rendition of a track and waits until it is whole. */
function openWhole(host: Host, track: string, variant = enhanced) {
  return new Promise<{ readonly rendition: ReadyRendition; readonly close: () => void }>(
    (resolve, reject) => {
      const close = host.openRendition({ track, variant, rate: null }, (report) => {
        if (report.type === "unopened") return reject(new Error(report.fault.detail));
        const told: Rendition = report;
        if (told.status === "failed") reject(new Error(told.fault.detail));
        else if (told.status === "ready" && told.exact) resolve({ rendition: told, close });
      });
    },
  );
}

/** @returns the tier it came from, and ms until its last sample */
function readWhole(host: Host, rendition: ReadyRendition, segment: number) {
  const began = performance.now();
  return new Promise<{ readonly tier: string; readonly ms: number }>((resolve, reject) => {
    host.readSegment({ key: rendition.key, segment }, (report) => {
      if (report.type === "failed") reject(new Error(report.fault.detail));
      if (report.type === "done") resolve({ tier: report.tier, ms: performance.now() - began });
    });
  });
}

/** What one render takes when nothing else runs: median of five, of another track than the traces play. */
async function oneRenderMs(host: Host, track: string): Promise<number> {
  const { rendition, close } = await openWhole(host, track);
  const took: number[] = [];
  for (let segment = 0; segment < 5; segment++)
    took.push((await readWhole(host, rendition, segment)).ms);
  close();
  return summarise(took).median;
}

async function listen(
  { running, watch }: Bench,
  trace: ListeningTrace,
  goal: number,
  renderMs: number,
  print: Print,
): Promise<void> {
  const player = openHeadlessPlayer(running);
  await new Promise<void>((listed) => {
    const { unsubscribe } = player.page.view.subscribe(({ tracks, link }) => {
      if (tracks.length === 0 || link !== "live") return;
      unsubscribe();
      listed();
    });
  });
  const before = running.host.figures();
  const counted = { made: watch.made.length, begun: watch.begun, asks: watch.asks.length };
  await replayTrace(trace, player.page);
  const after = running.host.figures();
  player.close();
  const made = watch.made.slice(counted.made);
  const begun = watch.begun - counted.begun;
  const asks = watch.asks.slice(counted.asks);
  const distinct = new Set(made.map(({ id }) => id)).size;
  const { L1, L2, L3, MISS } = hitsBetween(before, after);
  const answers = L1 + L2 + L3 + MISS;
  print({
    figure: `listening session: ${trace.name}`,
    goal: `from memory ≥ ${goal} %, renders per segment 1.00, wasted ≤ 10 %`,
    seconds: trace.seconds,
    clicks: trace.clicks.length,
    enhancedAnswers: answers,
    fromMemoryPercent: round(((L1 + L2) / Math.max(1, answers)) * 100),
    fromDisk: L3,
    rendersBegun: begun,
    rendersPerSegment: round(made.length / Math.max(1, distinct)),
    wastedPercent: round(((begun - made.length) / Math.max(1, begun)) * 100),
    silentSeconds: round(player.heard.silent / 44_100),
    naive: naiveHost(asks, renderMs, slots),
    renderMs: round(renderMs),
  });
}

function hitsBetween(before: HostFigures, after: HostFigures): HostFigures["hits"] {
  const hits = Object.entries(after.hits).map(([tier, count]) => [
    tier,
    count - before.hits[tier as keyof HostFigures["hits"]],
  ]);
  return Object.fromEntries(hits) as HostFigures["hits"];
}

/** From when the rest of a track is ordered, 5 s into its play, until the last segment of it is made. */
async function wholeTrack(music: string, data: string, print: Print): Promise<void> {
  const { running, watch, titles, close } = await openBench(music, data);
  const player = openHeadlessPlayer(running);
  const { rendition, close: giveBack } = await openWhole(running.host, titles[0]!);
  player.page.choose(titles[0]!);
  const began = performance.now();
  const segments = Math.ceil(rendition.frames / rendition.rate / 10);
  const isOurs = ({ id }: { id: string }): boolean => id.startsWith(rendition.key);
  while (watch.made.filter(isOurs).length < segments && performance.now() - began < 120_000)
    await new Promise((later) => setTimeout(later, 50));
  const made = watch.made.filter(isOurs);
  const orderedMs = began + 5000;
  print({
    figure: "a whole track of four minutes, made while it plays",
    goal: "≤ 5 s after the rest of it was ordered",
    segments,
    made: made.length,
    seconds: round(((made.at(-1)?.atMs ?? Number.NaN) - orderedMs) / 1000),
    silentSeconds: round(player.heard.silent / 44_100),
  });
  player.close();
  giveBack();
  await close();
}

/** How long a segment takes at the host, by the tier that it comes from; one after the other. */
async function tiers(music: string, data: string, print: Print): Promise<void> {
  const took: Record<string, number[]> = {};
  const segments = Math.floor(songSeconds / 10);
  for (let start = 0; start < 2; start++) {
    const { running, titles, close } = await openBench(music, data);
    const { rendition, close: giveBack } = await openWhole(running.host, titles[0]!);
    for (let pass = 0; pass < (start === 0 ? 9 : 1); pass++)
      for (let segment = 0; segment < segments; segment++) {
        const { tier, ms } = await readWhole(running.host, rendition, segment);
        (took[tier] ??= []).push(ms);
      }
    giveBack();
    await close();
  }
  const goalMs: Readonly<Record<string, number>> = { L1: 1, L2: 2, L3: 8 };
  const yardstick = { timerTurnMs: await timerTurnMs(), readFileMs: await readFileMs(data) };
  for (const [tier, ms] of Object.entries(took)) {
    const goal = goalMs[tier] ? `p95 ≤ ${goalMs[tier]} ms` : "none";
    print({ figure: `a segment from ${tier}`, goal, ...summarise(ms), yardstick });
  }
}

/** What nobody can be faster than: an answer comes in a turn of its own. Median of 200. */
async function timerTurnMs(): Promise<number> {
  const took: number[] = [];
  for (let i = 0; i < 200; i++) {
    const began = performance.now();
    await new Promise((done) => setTimeout(done, 0));
    took.push(performance.now() - began);
  }
  return summarise(took).median;
}

/** A file as long as a segment, read and summed up. Median of 24. */
async function readFileMs(folder: string): Promise<number> {
  const path = join(folder, "yardstick");
  await writeFile(path, randomBytes(10 * 44_100 * 4));
  const took: number[] = [];
  for (let i = 0; i < 24; i++) {
    const began = performance.now();
    crc32(await readFile(path));
    took.push(performance.now() - began);
  }
  return summarise(took).median;
}
