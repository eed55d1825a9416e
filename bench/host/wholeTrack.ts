/** From when the rest of a track is ordered, 5 s into its play, until the last segment of it is made. */
import { openHeadlessPlayer } from "../headlessPlayer.ts";
import { round } from "../statistics.ts";
import { openBench, openWhole, type Print } from "./openBench.ts";

export async function wholeTrack(music: string, data: string, print: Print): Promise<void> {
  const { running, watch, titles, close } = await openBench(music, data);
  const player = openHeadlessPlayer(running);
  const { rendition, close: giveBack } = await openWhole(running.host, titles[0]!);
  player.page.choose(titles[0]!);
  const began = performance.now();
  const segments = Math.ceil(rendition.frames / rendition.rate / 10);
  const ours = () => watch.made.filter(({ id }) => id.startsWith(rendition.key));
  while (ours().length < segments && performance.now() - began < 120_000)
    await new Promise((later) => setTimeout(later, 50));
  const made = ours();
  const orderedMs = began + 5000;
  print({
    figure: "a whole track of four minutes, made while it plays",
    goal: "≤ 5 s after the rest of it was ordered",
    segments,
    made: made.length,
    madeBefore: made.filter(({ atMs }) => atMs <= orderedMs).length,
    seconds: round(((made.at(-1)?.atMs ?? Number.NaN) - orderedMs) / 1000),
    silentSeconds: round(player.heard.silent / 44_100),
  });
  player.close();
  giveBack();
  await close();
}
