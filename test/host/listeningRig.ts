/** A player without a browser at a real host: frame-coded tracks, every command noted, every frame judged. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
import type { LinkProfile } from "./packetSchedule.ts";
import { openShapingProxy, type ShapingProxy } from "./shapingProxy.ts";
import { SliceWatch } from "./sliceWatch.ts";
import { referenceName, SoundJudge } from "./soundJudge.ts";

export const rate = 44_100;
const trackNames = ["one", "two", "three"];
const waitMs = 20_000;

export type ListeningRig = {
  /** the one that runs */
  readonly host: () => RunningHost;
  /** between player and host */
  readonly link: ShapingProxy;
  /** what the player was sent */
  readonly watch: SliceWatch;
  readonly player: Player;
  readonly judge: SoundJudge;
  readonly listener: MeantSound;
  /** seconds of every track */
  readonly seconds: number;
  readonly view: () => PageView;
  /** folder of the tracks */
  readonly music: string;
  /** Kills the host and starts another one on the same folders. */
  readonly restartHost: () => Promise<void>;
  readonly play: () => void;
  readonly pause: () => void;
  readonly seek: (seconds: number) => void;
  /** @param track 0, 1, 2 */
  readonly choose: (track: number) => void;
  readonly next: () => void;
  readonly previous: () => void;
  readonly setEnhance: (on: boolean) => void;
  readonly setPreset: (preset: Preset) => void;
  /** Of a variant that was read before; 5…100. */
  readonly setIntensity: (intensity: number) => void;
  /** Reads one more variant of a track. */
  readonly read: (track: number, preset: Preset, intensity: number) => Promise<void>;
  readonly setCrossfade: (seconds: number) => void;
  /** Waits until what is meant is heard. */
  readonly untilHeard: () => Promise<void>;
  /** Waits until the sound device has taken so many more seconds, silence or not. */
  readonly listen: (seconds: number) => Promise<void>;
  /** Waits until the sound device has been given that second of a track, or something else sounds. */
  readonly untilPlayed: (track: number, seconds: number) => Promise<void>;
  /** Waits until it holds, or says what is there instead. */
  readonly until: (holds: () => boolean) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Starts host and player, and reads every track in every variant that is to be heard.
 *  @param options `tracks`: how many, three at most; `presets` of the enhanced variants, at the usual intensity,
 *  of the first `enhanced` tracks (all); `isCold`: the player's host has made nothing yet */
export async function openListeningRig(options: {
  readonly seconds: number;
  readonly presets: readonly Preset[];
  readonly tracks?: number;
  readonly enhanced?: number;
  readonly profile?: LinkProfile;
  readonly seed?: number;
  readonly isCold?: boolean;
}): Promise<ListeningRig> {
  const { seconds, presets, profile, seed, isCold = false } = options;
  const names = trackNames.slice(0, options.tracks);
  const enhanced = options.enhanced ?? names.length;
  const folder = mkdtempSync(join(tmpdir(), "segue-listening-"));
  const music = join(folder, "music");
  mkdirSync(music);
  for (const [at, name] of names.entries())
    writeCodedWav(join(music, `${at} ${name}.wav`), seconds * rate, rate, at);
  let data = join(folder, "data");
  let host = await runHost({ folders: [music], data });
  const tracks = await readTracks(host.url);
  const references = new Map<string, Int16Array>();
  const read = async (at: number, preset: Preset | null, intensity?: number): Promise<void> => {
    const which = preset === null ? "original" : `enhanced&preset=${preset}`;
    const query = `variant=${which}&intensity=${intensity ?? defaultVariant.intensity}`;
    const stream = `${host.url}/api/tracks/${tracks[at]!.id}/stream.wav?${query}`;
    const { samples } = await readWav(stream);
    references.set(referenceName(at, nameOf(preset, intensity)), samplesOf(samples));
  };
  for (const at of tracks.keys())
    for (const preset of [null, ...(at < enhanced ? presets : [])]) await read(at, preset);
  if (isCold) {
    await host.stop();
    data = join(folder, "cold");
    host = await runHost({ folders: [music], data });
    await readTracks(host.url);
  }
  const watch = new SliceWatch();
  const link = await openShapingProxy(host.url, { profile, seed, onDown: watch.take });
  const listener = new MeantSound("original");
  const judge = new SoundJudge(references, listener, rate);
  const player = startPlayer({
    url: link.url,
    sink: "none",
    tap: (left, right, startsInMs) => judge.hear(left, right, startsInMs),
  });
  const { page } = player;
  const view = (): PageView => page.view.getSnapshot();
  /** @throws Error that says what is there instead, when it does not hold in time */
  const until = async (holds: () => boolean): Promise<void> => {
    const deadlineMs = performance.now() + waitMs;
    while (!holds()) {
      if (performance.now() > deadlineMs) {
        const { transport, pending, status, link: state, output } = view();
        const shown = JSON.stringify({ transport, pending, status, link: state, output });
        throw new Error([judge.describe(), shown, ...judge.complaints].join("\n"));
      }
      await new Promise((next) => setTimeout(next, 2));
    }
  };
  page.setMatchLoudness(false);
  page.setEnhance(false);
  await until(() => view().tracks.length === names.length && view().link === "live");
  let preset: Preset = presets[0] ?? defaultVariant.preset;
  let enhance = false;
  let { intensity } = defaultVariant;
  const tellVariant = (): void => listener.setVariant(nameOf(enhance ? preset : null, intensity));
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
    host: () => host,
    link,
    watch,
    player,
    judge,
    listener,
    seconds,
    view,
    music,
    restartHost: async () => {
      await host.kill();
      host = await runHost({ folders: [music], data });
      link.lead(host.url);
    },
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
    setIntensity: (chosen) => {
      intensity = chosen;
      tellVariant();
      page.setIntensity(chosen);
    },
    read,
    setCrossfade: (to) => {
      judge.crossfadeFrames = Math.round(to * rate);
      page.setCrossfade(to);
    },
    untilHeard: () => until(() => listener.isHeard || !listener.wishes),
    listen: (heard) => {
      const frames = judge.elapsed + heard * rate;
      return until(() => judge.elapsed >= frames);
    },
    untilPlayed: (track, to) => until(() => judge.playedUntil(track) >= to * rate),
    until,
    close: async () => {
      await player.close();
      await link.close();
      await host.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function nameOf(preset: Preset | null, intensity = defaultVariant.intensity): VariantName {
  return preset === null ? "original" : variantName({ ...defaultVariant, preset, intensity });
}

function samplesOf(bytes: Buffer): Int16Array {
  const copy = Uint8Array.from(bytes);
  return new Int16Array(copy.buffer, 0, copy.byteLength / 2);
}
