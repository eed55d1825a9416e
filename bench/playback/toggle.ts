/** Between original and enhanced, both sides ready: from the click, and from the moment at which the page worker
 *  says that the other side is to take over, to the first frame of it. */
import type { Player } from "../../test/browser/player.ts";
import type { Print } from "../host/openBench.ts";
import { actUntilHeard, type Cue } from "../soundClock.ts";
import { round, summarise } from "../statistics.ts";
import { openListened } from "./openListened.ts";

/** clicks of each kind */
const rounds = 30;
/** ms for which the page does nothing else behind every click */
const blockMs = 400;

const cues = {
  on: { kind: "uncoded" },
  off: { kind: "coded", from: 0, until: Number.MAX_SAFE_INTEGER },
} as const satisfies Record<string, Cue>;

export async function toggle(print: Print): Promise<void> {
  const bench = await openListened();
  try {
    const { player, title } = bench;
    await player.setSwitch("Match loudness", false);
    await player.setSwitch("Enhance", true);
    await player.choose(title);
    await player.until("variant", ["adaptive@80"]);
    await watchCommits(player);
    const yardstick = await chunkYardstick(player);
    for (const blockedMs of [0, blockMs]) {
      const found = await clicks(player, blockedMs);
      print({
        figure: `original ↔ enhanced, both ready${blockedMs > 0 ? `, main thread blocked for ${blockedMs} ms behind the click` : ""}`,
        goal: "click ≤ 50 ms p95; commit ≤ one callback + 15 ms p99, silence 0",
        ...found,
        yardstickMs: yardstick,
        ratio: round(found.clickMs.off.median / yardstick.median),
      });
    }
    if (player.errors.length > 0) print({ errors: player.errors });
  } finally {
    await bench.close();
  }
}

async function clicks(player: Player, blockedMs: number) {
  const clickMs = { on: [] as number[], off: [] as number[] };
  const commitMs = { on: [] as number[], off: [] as number[] };
  let silentFrames = 0;
  const on = player.page.getByRole("switch", { name: "Enhance" });
  for (let i = 0; i < rounds; i++) {
    await player.seek(5 + 2 * i);
    await player.until("pending", [""]);
    for (const kind of ["off", "on"] as const) {
      // both sides are there by then
      await player.page.evaluate(() => new Promise((done) => setTimeout(done, 900)));
      await takeCommits(player);
      const heard = await actUntilHeard({ kind: "click", on }, cues[kind], 20_000, blockedMs);
      clickMs[kind].push(heard.ms);
      silentFrames += heard.silentFrames;
      const [committedMs] = (await takeCommits(player)).slice(-1);
      if (committedMs !== undefined)
        commitMs[kind].push(Math.max(0, heard.ms - (committedMs - heard.actedMs)));
      await player.until("pending", [""]);
    }
  }
  const callbackMs = await player.page.evaluate(() => {
    const { segueTapContext } = window as unknown as { segueTapContext: AudioContext };
    return segueTapContext.baseLatency * 1000;
  });
  return {
    clickMs: { off: summarise(clickMs.off), on: summarise(clickMs.on) },
    commitMs: { off: summarise(commitMs.off), on: summarise(commitMs.on) },
    silentFrames,
    callbackMs: round(callbackMs),
    note: "off: to the first clean frame of the original, the crossfade of 15 ms included; on: to the first changed frame",
  };
}

/** Notes in the page worker when it tells the mixer to take over. */
async function watchCommits(player: Player): Promise<void> {
  await Promise.all(
    player.page.workers().map((worker) =>
      worker.evaluate(() => {
        const told: number[] = [];
        Reflect.set(globalThis, "segueCommits", told);
        const { prototype } = MessagePort;
        // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its port below
        const post = prototype.postMessage;
        prototype.postMessage = function (this: MessagePort, ...args: unknown[]) {
          if ((args[0] as { type?: string } | null)?.type === "lane/commit")
            told.push(performance.timeOrigin + performance.now());
          Reflect.apply(post, this, args);
        };
      }),
    ),
  );
}

/** @returns when, ms since 1970, and forgets them */
async function takeCommits(player: Player): Promise<number[]> {
  const told = await Promise.all(
    player.page
      .workers()
      .map((worker) =>
        worker.evaluate(() =>
          (Reflect.get(globalThis, "segueCommits") as number[] | undefined)?.splice(0),
        ),
      ),
  );
  return told.flatMap((each) => each ?? []);
}

/** What a player that asks for a chunk on every click takes in the same page, the host having it in memory. */
async function chunkYardstick(player: Player) {
  const found = await player.page.evaluate(async (count) => {
    const { segueTapContext: context } = window as unknown as { segueTapContext: AudioContext };
    const track = document.querySelector("main")!.dataset["track"]!;
    const times: number[] = [];
    for (let i = 0; i < count; i++) {
      const began = performance.now();
      const variant = i % 2 === 0 ? "original" : "enhanced";
      const answer = await fetch(`/api/tracks/${track}/chunks/1?variant=${variant}`);
      await context.decodeAudioData(await answer.arrayBuffer());
      times.push(performance.now() - began);
    }
    return times;
  }, rounds);
  return summarise(found);
}
