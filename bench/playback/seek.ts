/** Seeks to what is decoded and not rendered, through networks: a player without a browser at a real host. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { presets, type Preset } from "#engine/protocol/variant.ts";
import { startPlayer } from "../../apps/listen/startPlayer.ts";
import { runHost } from "../../test/browser/runHost.ts";
import { readTracks } from "../../test/host/client.ts";
import { linkProfiles, type LinkProfile } from "../../test/host/packetSchedule.ts";
import { readMetric } from "../../test/host/races/readMetric.ts";
import { openShapingProxy } from "../../test/host/shapingProxy.ts";
import { quietPeak, songSeconds, writeSongs } from "../benchMusic.ts";
import type { Print } from "../host/openBench.ts";
import { PlainPlayer } from "../plainPlayer.ts";
import { round, summarise } from "../statistics.ts";

/** the bench's songs are quiet at the beginning, and loud here; farther apart than what is made around a playhead */
const targets = [65, 115, 165, 215] as const;
const loud = (quietPeak * 8) / 32_768;
const patienceMs = 20_000;
/** of the variants, so that every profile has its own: what was rendered once is kept */
const intensities = { loopback: 80, good: 60, poor: 40 } as const;
const goals = { loopback: "p95 ≤ 100 ms", good: "p95 ≤ 250 ms", poor: "none" } as const;

export async function seek(print: Print): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "segue-bench-"));
  const music = join(folder, "music");
  mkdirSync(music);
  writeSongs(music, 2);
  const host = await runHost({ folders: [music], data: join(folder, "data") });
  try {
    const tracks = (await readTracks(host.url)).map(({ id }) => id);
    for (const [name, profile] of Object.entries(linkProfiles)) {
      const intensity = intensities[name as keyof typeof intensities];
      const plain = await plainSeeks(host.url, tracks, profile, intensity + 5);
      const found = await seeks(host.url, tracks, profile, intensity);
      const ours = summarise(found.ms);
      const theirs = summarise(plain);
      print({
        figure: "seek to what is decoded but not rendered, enhanced",
        link: profile.name,
        goal: goals[name as keyof typeof goals],
        ms: ours,
        missedPercent: round((100 * found.missed) / found.ms.length),
        plainPlayerMs: theirs,
        ratio: round(ours.median / theirs.median),
        note: "to the mixer's first loud frame; missed: the host rendered meanwhile",
      });
    }
  } finally {
    await host.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function seeks(
  url: string,
  tracks: readonly string[],
  profile: LinkProfile,
  intensity: number,
) {
  const link = await openShapingProxy(url, { profile });
  let onLoud = (): void => {};
  const player = startPlayer({
    url: link.url,
    sink: "none",
    tap: (left) => {
      if (left.some((sample) => Math.abs(sample) > loud)) onLoud();
    },
  });
  const { page } = player;
  const until = async (holds: () => boolean): Promise<void> => {
    const deadlineMs = performance.now() + patienceMs;
    while (!holds()) {
      if (performance.now() > deadlineMs)
        throw new Error(`waits for ever: ${JSON.stringify(page.view.getSnapshot().status)}`);
      await wait(5);
    }
  };
  const view = page.view.getSnapshot;
  const found = { ms: [] as number[], missed: 0 };
  page.setIntensity(intensity);
  await until(() => view().tracks.length === tracks.length && view().link === "live");
  for (const track of tracks) {
    page.choose(track);
    await until(() => view().track?.id === track && view().track?.exact === true);
    for (const preset of presets) {
      await begin(preset);
      for (const seconds of targets) {
        const misses = await readMetric(url, "segue_renders_total");
        found.ms.push(await heardAfter(() => page.seek(seconds)));
        if ((await readMetric(url, "segue_renders_total")) > misses) found.missed++;
        page.seek(2);
        await until(() => view().pending === "" && view().positionSeconds < 20);
        await wait(250);
      }
    }
  }
  await player.close();
  await link.close();
  return found;

  async function begin(preset: Preset): Promise<void> {
    page.seek(2);
    page.setPreset(preset);
    await until(() => view().pending === "" && view().variant === `${preset}@${intensity}`);
    await until(() => view().positionSeconds > 2);
    await wait(200);
  }
  function heardAfter(act: () => void): Promise<number> {
    return new Promise((heard, failed) => {
      const timer = setTimeout(() => failed(new Error("nothing loud was heard")), patienceMs);
      const beganMs = performance.now();
      onLoud = () => {
        onLoud = () => {};
        clearTimeout(timer);
        heard(performance.now() - beganMs);
      };
      act();
    });
  }
}

async function plainSeeks(
  url: string,
  tracks: readonly string[],
  profile: LinkProfile,
  intensity: number,
): Promise<number[]> {
  const link = await openShapingProxy(url, { profile });
  const player = new PlainPlayer(link.url);
  const found: number[] = [];
  for (const track of tracks)
    for (const preset of presets.slice(0, 3))
      for (const seconds of targets.filter((each) => each < songSeconds)) {
        const query = `variant=enhanced&preset=${preset}&intensity=${intensity}`;
        const heard = await player.hear({ track, query, seconds });
        if (heard) found.push(heard.ms);
      }
  await link.close();
  return found;
}

function wait(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
