/** A listening session as data: what a listener clicked, and when. Kept as JSON in `traces/`.
 *
 *    { "name": "seek storm", "seconds": 60, "clicks": [{ "atMs": 0, "type": "choose", "track": 0 }, …] }
 *
 *  `track` is a place in the list of tracks, 0 the first; clicks stand in the order of their times. */
import { readFileSync } from "node:fs";
import * as z from "zod";
import type { Page } from "#engine/actors/pageApi.ts";
import { presets } from "#engine/protocol/variant.ts";

const atMs = z.number().min(0);
const clickSchema = z.discriminatedUnion("type", [
  z.strictObject({ atMs, type: z.literal("choose"), track: z.int().min(0) }),
  z.strictObject({ atMs, type: z.literal("seek"), seconds: z.number().min(0) }),
  z.strictObject({ atMs, type: z.literal("enhance"), on: z.boolean() }),
  z.strictObject({ atMs, type: z.literal("preset"), preset: z.enum(presets) }),
  z.strictObject({ atMs, type: z.literal("intensity"), percent: z.number().min(0).max(100) }),
  z.strictObject({ atMs, type: z.enum(["play", "pause", "next", "previous"]) }),
]);
export type Click = z.infer<typeof clickSchema>;

const traceSchema = z.strictObject({
  name: z.string().min(1),
  /** until the listener leaves */
  seconds: z.number().positive(),
  clicks: z.array(clickSchema).min(1),
});
export type ListeningTrace = z.infer<typeof traceSchema>;

/** @throws Error when the file is no trace */
export function readTrace(path: URL): ListeningTrace {
  return traceSchema.parse(JSON.parse(readFileSync(path, "utf8")));
}

/** Clicks as the trace says, in real time; resolves when the listener leaves.
 *  @throws RangeError when it names a track that the page does not list */
export async function replayTrace({ seconds, clicks }: ListeningTrace, page: Page): Promise<void> {
  const began = performance.now();
  const until = (ms: number) =>
    new Promise((done) => setTimeout(done, Math.max(0, began + ms - performance.now())));
  for (const click of clicks) {
    await until(click.atMs);
    give(click, page);
  }
  await until(seconds * 1000);
}

function give(click: Click, page: Page): void {
  switch (click.type) {
    case "choose": {
      const track = page.view.getSnapshot().tracks[click.track];
      if (!track) throw new RangeError(`the trace names track ${click.track}, which is not listed`);
      return page.choose(track.id);
    }
    case "seek":
      return page.seek(click.seconds);
    case "enhance":
      return page.setEnhance(click.on);
    case "preset":
      return page.setPreset(click.preset);
    case "intensity":
      return page.setIntensity(click.percent);
    case "play":
    case "pause":
    case "next":
    case "previous":
      return page[click.type]();
  }
}
