/** Recorded listening sessions, replayed: how much of what is wanted is there before, and what it costs. */
import { join } from "node:path";
import type { HostFigures } from "#engine/actors/hostApi.ts";
import { openHeadlessPlayer } from "../headlessPlayer.ts";
import { readTrace, replayTrace, type ListeningTrace } from "../listeningTrace.ts";
import { naiveHost } from "../naiveHost.ts";
import { round, summarise } from "../statistics.ts";
import { openBench, openWhole, readWhole, slots, type Bench, type Print } from "./openBench.ts";

/** least share of enhanced answers that come from memory, percent */
const goals = { straightThrough: 95, seekStorm: 60, presetBrowsing: 60 } as const;

export async function sessions(music: string, folder: string, print: Print): Promise<void> {
  let renderMs = 0;
  for (const name of Object.keys(goals) as (keyof typeof goals)[]) {
    const trace = readTrace(new URL(`../traces/${name}.json`, import.meta.url));
    const bench = await openBench(music, join(folder, name));
    renderMs ||= await oneRenderMs(bench);
    await listen(bench, trace, goals[name], renderMs, print);
    await bench.close();
  }
}

/** What one render takes when nothing else runs: median of five, of a track that no trace plays. */
async function oneRenderMs({ running: { host }, titles }: Bench): Promise<number> {
  const { rendition, close } = await openWhole(host, titles.at(-1)!);
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
  const counted = watch.mark();
  await replayTrace(trace, player.page);
  const after = running.host.figures();
  player.close();
  const { begun, made, asks, evictedUnasked, runningYet } = watch.since(counted);
  const distinct = new Set(made.map(({ id }) => id)).size;
  const hits = hitsBetween(before, after);
  const { L1, L2, L3, MISS } = hits;
  const answers = L1 + L2 + L3 + MISS;
  const unfinished = begun - made.length - runningYet;
  print({
    figure: `listening session: ${trace.name}`,
    goal: `from memory ≥ ${goal} %, renders per segment 1.00, wasted ≤ 10 %`,
    seconds: trace.seconds,
    clicks: trace.clicks.length,
    enhancedAnswers: answers,
    hits,
    fromMemoryPercent: percent(L1 + L2, answers),
    rendersBegun: begun,
    rendersPerSegment: round(made.length / Math.max(1, distinct)),
    wastedPercent: percent(unfinished + evictedUnasked, begun),
    wasted: { unfinished, evictedUnasked, gaveWay: after.jobs.givenWay - before.jobs.givenWay },
    silentSeconds: round(player.heard.silent / 44_100),
    naive: naiveHost(asks, renderMs, slots),
    renderMs: round(renderMs),
  });
}

function percent(part: number, whole: number): number {
  return round((part / Math.max(1, whole)) * 100);
}

function hitsBetween(before: HostFigures, after: HostFigures): HostFigures["hits"] {
  const hits = Object.entries(after.hits).map(([tier, count]) => [
    tier,
    count - before.hits[tier as keyof HostFigures["hits"]],
  ]);
  return Object.fromEntries(hits) as HostFigures["hits"];
}
