/** A player without a browser at a real host: frame-coded tracks, every command noted, every frame judged. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import type { PageView } from "#engine/actors/pageApi.ts";
import {
  defaultVariant,
  variantName,
  type Preset,
  type VariantName,
} from "#engine/protocol/variant.ts";
import { startPlayer, type Player } from "../../apps/listen/startPlayer.ts";
import { writeCodedWav } from "../browser/frameCode.ts";
import { runHost, type RunningHost } from "../browser/runHost.ts";
import { readTracks, readWav } from "./client.ts";
import { MeantSound } from "./meantSound.ts";
import { referenceName, SoundJudge } from "./soundJudge.ts";

export const rate = 44_100;
const trackNames = ["one", "two", "three"];
const waitMs = 20_000;

export type ListeningRig = {
  readonly host: RunningHost;
  readonly player: Player;
  readonly judge: SoundJudge;
  readonly listener: MeantSound;
  /** seconds of every track */
  readonly seconds: number;
  readonly view: () => PageView;
  readonly play: () => void;
  readonly pause: () => void;
  readonly seek: (seconds: number) => void;
  /** @param track 0, 1, 2 */
  readonly choose: (track: number) => void;
  readonly next: () => void;
  readonly previous: () => void;
  readonly setEnhance: (on: boolean) => void;
  readonly setPreset: (preset: Preset) => void;
  /** Waits until what is meant is heard. */
  readonly untilHeard: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Starts host and player, and reads every track in every variant that is to be heard.
 *  @param presets of the enhanced variants, at the usual intensity */
export async function openListeningRig(options: {
  readonly seconds: number;
  readonly presets: readonly Preset[];
}): Promise<ListeningRig> {
  const { seconds, presets } = options;
  const folder = mkdtempSync(join(tmpdir(), "segue-listening-"));
  const music = join(folder, "music");
  mkdirSync(music);
  for (const [at, name] of trackNames.entries())
    writeCodedWav(join(music, `${at} ${name}.wav`), seconds * rate, rate, at);
  const host = await runHost({ folders: [music], data: join(folder, "data") });
  const tracks = await readTracks(host.url);
  const references = new Map<string, Int16Array>();
  for (const [at, { id }] of tracks.entries())
    for (const preset of [null, ...presets]) {
      const query = preset === null ? "variant=original" : `variant=enhanced&preset=${preset}`;
      const { samples } = await readWav(`${host.url}/api/tracks/${id}/stream.wav?${query}`);
      references.set(referenceName(at, nameOf(preset)), samplesOf(samples));
    }
  const listener = new MeantSound("original");
  const judge = new SoundJudge(references, listener, rate);
  const player = startPlayer({
    url: host.url,
    sink: "none",
    tap: (left, right, startsInMs) => judge.hear(left, right, startsInMs),
  });
  const { page } = player;
  const view = (): PageView => page.view.getSnapshot();
  page.setMatchLoudness(false);
  page.setEnhance(false);
  await vi.waitFor(
    () => {
      const { tracks: listed, link } = view();
      if (listed.length !== trackNames.length || link !== "live") throw new Error("not there yet");
    },
    { timeout: waitMs, interval: 10 },
  );
  let preset: Preset = presets[0] ?? defaultVariant.preset;
  let enhance = false;
  const tellVariant = (): void => listener.setVariant(nameOf(enhance ? preset : null));
  page.setPreset(preset);
  const choose = (track: number): void => {
    listener.choose(track);
    listener.play();
    page.choose(tracks[track]!.id);
  };
  const seek = (to: number): void => {
    listener.seek(Math.round(to * rate));
    page.seek(to);
  };
  /** as Next and Previous do: nothing beyond the ends of the list */
  const step = (by: 1 | -1): void => {
    const track = (listener.meant?.track ?? -1) + by;
    if (track in tracks) listener.choose(track);
  };
  return {
    host,
    player,
    judge,
    listener,
    seconds,
    view,
    play: () => {
      listener.play();
      page.play();
    },
    pause: () => {
      listener.pause();
      page.pause();
    },
    seek,
    choose,
    next: () => {
      step(1);
      page.next();
    },
    previous: () => {
      if (view().positionSeconds > 3) listener.seek(0);
      else step(-1);
      page.previous();
    },
    setEnhance: (on) => {
      enhance = on;
      tellVariant();
      page.setEnhance(on);
    },
    setPreset: (chosen) => {
      preset = chosen;
      tellVariant();
      page.setPreset(chosen);
    },
    untilHeard: () =>
      vi.waitFor(
        () => {
          if (listener.isHeard || !listener.wishes) return;
          const { transport, pending, status, link, output } = view();
          const player = JSON.stringify({ transport, pending, status, link, output });
          throw new Error([judge.describe(), player, ...judge.complaints].join("\n"));
        },
        { timeout: waitMs, interval: 2 },
      ),
    close: async () => {
      await player.close();
      await host.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function nameOf(preset: Preset | null): VariantName {
  return preset === null ? "original" : variantName({ ...defaultVariant, preset });
}

function samplesOf(bytes: Buffer): Int16Array {
  const copy = Uint8Array.from(bytes);
  return new Int16Array(copy.buffer, 0, copy.byteLength / 2);
}
