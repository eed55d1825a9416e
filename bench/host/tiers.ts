/** How long a segment takes at the host, by the tier that it comes from: asked for one after the other, by
 *  somebody who is no listener. What a listener is at lies in L1, the rest of memory is L2. */
import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "#engine/protocol/crc32.ts";
import { songSeconds } from "../benchMusic.ts";
import { summarise } from "../statistics.ts";
import { standingListener } from "./standingListener.ts";
import { enhanced, openBench, openWhole, readWhole, type Answer, type Print } from "./openBench.ts";

const goalMs: Readonly<Record<string, number>> = { L1: 1, L2: 2, L3: 8 };
const segments = Math.floor(songSeconds / 10);
const passes = 9;

export async function tiers(music: string, data: string, print: Print): Promise<void> {
  const took: Record<string, Answer[]> = {};
  for (const isFirst of [true, false]) {
    const { running, titles, close } = await openBench(music, data);
    const { host } = running;
    const { rendition, close: giveBack } = await openWhole(host, titles[0]!);
    const read = async (segment: number): Promise<void> => {
      const answer = await readWhole(host, rendition, segment);
      (took[answer.tier] ??= []).push(answer);
    };
    for (let pass = 0; pass < (isFirst ? passes : 1); pass++)
      for (let segment = 0; segment < segments; segment++) await read(segment);
    if (isFirst) {
      const leave = standingListener(running.url, titles[0]!, enhanced, 0);
      // what is made ahead for him is there
      await moment(3000);
      for (let pass = 0; pass < 100; pass++) for (const segment of [0, 1]) await read(segment);
      leave();
    }
    giveBack();
    await close();
  }
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

/** A file as long as a segment, read and summed up. Of 24. */
async function readFileMs(folder: string) {
  const path = join(folder, "yardstick");
  await writeFile(path, randomBytes(10 * 44_100 * 4));
  const took: number[] = [];
  for (let i = 0; i < 24; i++) {
    const began = performance.now();
    crc32(await readFile(path));
    took.push(performance.now() - began);
  }
  return summarise(took);
}
