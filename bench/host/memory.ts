/** What one listener costs a host in memory, and whether that grows: hours of play at many times the speed,
 *  against a host in a process of its own. */
import { readFileSync } from "node:fs";
import { runHost } from "../../test/browser/runHost.ts";
import { openHeadlessPlayer } from "../headlessPlayer.ts";
import { round } from "../statistics.ts";
import type { Print } from "./openBench.ts";

const speed = 50;
/** by default of the host */
const warmBudgetMB = 160;
const sampleMs = 1000;

type Sample = { readonly hours: number; readonly rssMB: number };

/** @param hours of play that the listener hears */
export async function memory(
  music: string,
  data: string,
  hours: number,
  print: Print,
): Promise<void> {
  const host = await runHost({ folders: [music], data });
  while (!(await isListed(host.url))) await later(250);
  // workers and codecs are there, the young garbage of the start is not
  await later(5000);
  const idleMB = residentMB(host.pid);
  const player = openHeadlessPlayer({ url: host.url, speed });
  let first: string | undefined;
  while (first === undefined) {
    await later(100);
    first = player.page.view.getSnapshot().tracks[0]?.id;
  }
  player.page.choose(first);
  const began = performance.now();
  const samples: Sample[] = [];
  let tiers = { L1: 0, L2: 0 };
  for (;;) {
    await later(sampleMs);
    const played = ((performance.now() - began) / 3_600_000) * speed;
    samples.push({ hours: played, rssMB: residentMB(host.pid) });
    const { transport } = player.page.view.getSnapshot();
    if (transport === "ended" || transport === "idle") player.page.choose(first);
    if (played >= hours) break;
  }
  tiers = await tierBytes(host.url);
  const { sounding, silent } = player.heard;
  player.close();
  await host.stop();
  const settled = samples.slice(Math.floor(samples.length / 3));
  const sizes = settled.map(({ rssMB }) => rssMB);
  const meanMB = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  print({
    figure: "host memory for one listener",
    goal: `≤ 60 MB above idle beyond the L2 budget (${warmBudgetMB} MB), flat over 8 hours of play at 50×`,
    hours: round(samples.at(-1)!.hours),
    speed,
    idleMB,
    maxMB: Math.max(...samples.map(({ rssMB }) => rssMB)),
    meanOfLastTwoThirdsMB: round(meanMB),
    beyondBudgetMB: round(meanMB - idleMB - warmBudgetMB),
    slopeMBPerHour: round(slope(settled)),
    tiersMB: { L1: round(tiers.L1 / 1e6), L2: round(tiers.L2 / 1e6) },
    soundingHours: round(sounding / 44_100 / 3600),
    silentPercent: round((silent / Math.max(1, sounding + silent)) * 100),
  });
}

const later = (ms: number) => new Promise((done) => setTimeout(done, ms));

async function isListed(url: string): Promise<boolean> {
  const list = (await (await fetch(`${url}/api/tracks`)).json()) as { scanning: boolean };
  return !list.scanning;
}

function residentMB(pid: number): number {
  const found = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return round(Number(found?.[1]) / 1000);
}

async function tierBytes(url: string): Promise<{ L1: number; L2: number }> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const of = (tier: string) =>
    Number(
      new RegExp(`segue_cache_bytes\\{tier="${tier}"\\} (\\d+)`).exec(text)?.[1] ?? Number.NaN,
    );
  return { L1: of("L1"), L2: of("L2") };
}

/** Least squares, MB per hour of play. */
function slope(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number) =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const hours = mean((sample) => sample.hours);
  const size = mean((sample) => sample.rssMB);
  const over = samples.reduce((sum, each) => sum + (each.hours - hours) * (each.rssMB - size), 0);
  return over / samples.reduce((sum, each) => sum + (each.hours - hours) ** 2, 0);
}
