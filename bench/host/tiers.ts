/** How long a segment takes at the host, by the tier that it comes from: asked for one after the other, by
 *  somebody who is no listener. What a listener is at lies in L1, the rest of memory is L2. */
import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "#engine/protocol/crc32.ts";
import type { Host, HostConfig } from "#engine/actors/hostApi.ts";
import { songSeconds } from "../benchMusic.ts";
import { summarise } from "../statistics.ts";
import { standingListener } from "./standingListener.ts";
import { enhanced, openBench, openWhole, readWhole, type Answer, type Print } from "./openBench.ts";

const goalMs: Readonly<Record<string, number>> = { L1: 1, L2: 2, L3: 8 };
const segments = Math.floor(songSeconds / 10);
const passes = 9;

/** memory of some six segments, so that what lies further back is on disk alone */
const smallMemory = { hotBytes: 4e6, hotBytesMin: 2e6, warmBytes: 6e6, warmBytesMin: 2e6 };

type Reading = {
  readonly host: Host;
  /** ids of the tracks */
  readonly titles: readonly string[];
  readonly url: string;
  readonly read: (segment: number) => Promise<void>;
};

export async function tiers(music: string, data: string, print: Print): Promise<void> {
  const took: Record<string, Answer[]> = {};
  const reading = async (
    config: Partial<HostConfig>,
    deed: (reading: Reading) => Promise<void>,
  ): Promise<void> => {
    const { running, titles, close } = await openBench(music, data, config);
    const { host, url } = running;
    const { rendition, close: giveBack } = await openWhole(host, titles[0]!);
    const read = async (segment: number): Promise<void> => {
      const answer = await readWhole(host, rendition, segment);
      (took[answer.tier] ??= []).push(answer);
    };
    await deed({ host, titles, url, read });
    giveBack();
    await close();
  };
  await reading({}, async ({ titles, url, read }) => {
    for (let pass = 0; pass < passes; pass++)
      for (let segment = 0; segment < segments; segment++) await read(segment);
    const leave = standingListener(url, titles[0]!, enhanced, 0);
    // what is made ahead for him is there
    await moment(3000);
    for (let pass = 0; pass < 100; pass++) for (const segment of [0, 1]) await read(segment);
    leave();
  });
  await reading(smallMemory, async ({ host, titles, read }) => {
    // a host that has been up for a while: its workers have started, its code is compiled
    const { rendition, close } = await openWhole(host, titles[1]!);
    for (let segment = 0; segment < 4; segment++) await readWhole(host, rendition, segment);
    close();
    for (let pass = 0; pass < passes; pass++)
      for (let segment = 0; segment < segments; segment++) await read(segment);
  });
  const yardstick = { timerTurnMs: await timerTurnMs(), readFileMs: await readFileMs(data) };
  for (const [tier, answers] of Object.entries(took))
    print({
      figure: `a segment from ${tier}`,
      goal: goalMs[tier] ? `p95 ≤ ${goalMs[tier]} ms` : "none",
      ...summarise(answers.map(({ ms }) => ms)),
      firstBytesMs: summarise(answers.map(({ firstMs }) => firstMs)),
      yardstick,
    });
}

const moment = (ms: number) => new Promise((later) => setTimeout(later, ms));

/** How long a timer of 0 ms takes on this machine at this time. Of 200. */
async function timerTurnMs() {
  const took: number[] = [];
  for (let i = 0; i < 200; i++) {
    const began = performance.now();
    await moment(0);
    took.push(performance.now() - began);
  }
  return summarise(took);
}

/** A file as long as a segment, read and summed up. Of 100. */
async function readFileMs(folder: string) {
  const path = join(folder, "yardstick");
  await writeFile(path, randomBytes(10 * 44_100 * 4));
  const took: number[] = [];
  for (let i = 0; i < 100; i++) {
    const began = performance.now();
    crc32(await readFile(path));
    took.push(performance.now() - began);
  }
  return summarise(took);
}
