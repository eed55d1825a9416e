/** The page where the browser lacks what the engine needs: the same commands and the same view over one audio
 *  element that plays the host's `stream.wav`. No worker, no socket, no AudioContext. */
import { createActor } from "xstate";
import { Library } from "#engine/actors/page/library.ts";
import { LiveValue } from "#engine/actors/page/liveValue.ts";
import type { ActorLine, Page, PagePorts, PageView } from "#engine/actors/pageApi.ts";
import { describeActors } from "#engine/actors/watchActors.ts";
import { queueMachine } from "#engine/machines/queue.machine.ts";
import type { Clock } from "#engine/ports/clock.ts";
import type { TrackId } from "#engine/protocol/limits.ts";
import type { SavedPlayback } from "#engine/protocol/savedPlayback.ts";
import {
  defaultVariant,
  parseVariantName,
  roundIntensity,
  variantName,
  type EnhancedVariant,
  type Preset,
  type VariantName,
} from "#engine/protocol/variant.ts";
import { askStream } from "./askStream.ts";
import { elementPlayerMachine, type Source } from "./elementPlayer.machine.ts";
import { elementView } from "./elementView.ts";
import { noticeOf, type MissingFeature } from "./missingFeature.ts";
import { openAudioElement } from "./openAudioElement.ts";

/** Previous goes to the beginning of the track when more than this has been heard. */
const restartSeconds = 3;
/** ms between two looks at the list: nobody says that it has changed */
const relistMs = { scanning: 2000, settled: 15_000 };

/** @param saved where the last visit ended, and how it was set */
export function createElementPage(
  ports: { readonly clock: Clock; readonly readTracks: PagePorts["readTracks"] },
  missing: MissingFeature,
  saved: SavedPlayback | null,
): Page {
  const notice = noticeOf(missing, isSecureContext);
  let { enhance, volume } = saved ?? { enhance: true, volume: 1 };
  let enhanced: EnhancedVariant = saved
    ? { kind: "enhanced", preset: saved.preset, intensity: saved.intensity }
    : defaultVariant;
  let awaited = saved?.track == null ? null : saved;
  let note = "";
  /** why there is no list */
  let unlisted = "";
  let cancelAsk = (): void => undefined;
  let timer: unknown;

  const chosen = (): VariantName => (enhance ? variantName(enhanced) : "original");
  const isPlaying = (): boolean => player.getSnapshot().value.wish === "playing";
  const element = openAudioElement((report) => {
    if (report.type !== "moved") player.send(report);
    changed();
  });
  element.setVolume(volume);

  const player = createActor(
    elementPlayerMachine.provide({
      actions: {
        openElement: ({ context: { target } }) => {
          if (target) element.open(addressOf(target), target.seconds ?? element.seconds());
        },
        playElement: () => element.play(),
        pauseElement: () => element.pause(),
        seekElement: ({ event }) => {
          if (event.type === "transport.seek") element.seek(event.seconds);
        },
        restartElement: () => {
          element.seek(0);
          element.play();
        },
        closeElement: () => element.close(),
        ask: ({ context: { target } }) => {
          if (target) cancelAsk = askStream(addressOf(target), (report) => player.send(report));
        },
        cancelAsk: () => cancelAsk(),
        advance: ({ context }) =>
          queue.send({ type: "track.ended", place: library.following(context.target?.track) }),
        passOver: () => queue.send({ type: "track.failed", place: library.playable(1) }),
      },
    }),
    { id: "page/elementPlayer", clock: ports.clock },
  );
  const queue = createActor(
    queueMachine.provide({ actions: { load: ({ context }) => load(context.place) } }),
    { id: "page/queue", clock: ports.clock },
  );
  const library = new Library(ports.readTracks, (report) => {
    if (report.type === "page/following") return;
    unlisted = report.type === "failed" ? report.fault.detail : "";
    if (report.type === "listed") queue.send({ ...report, type: "tracks.listed" });
    if (awaited?.track != null) restore(awaited.track);
    playFirst();
    changed();
    ports.clock.clearTimeout(timer);
    const waitMs = library.isComplete ? relistMs.settled : relistMs.scanning;
    timer = ports.clock.setTimeout(() => library.read(), waitMs);
  });

  const view = new LiveValue((): PageView =>
    elementView({
      player: player.getSnapshot(),
      tracks: library.tracks,
      scanning: library.scanning,
      listed: library.listed,
      position: element.seconds(),
      duration: element.duration(),
      ...{ enhance, enhanced, volume, missing, notice },
      note: note || unlisted,
    }),
  );
  const inspect = new LiveValue((): readonly ActorLine[] =>
    describeActors([player, queue]).map((line) => ({ side: "page" as const, ...line })),
  );
  const changed = (): void => {
    view.changed();
    inspect.changed();
  };
  const say = (text: string): void => {
    note = text;
    changed();
  };

  function load(place: number | null): void {
    const entry = library.choose(place);
    if (!entry) return;
    const seconds = awaited?.track === entry.id ? awaited.seconds : 0;
    awaited = null;
    player.send({ type: "track.load", target: { track: entry.id, variant: chosen(), seconds } });
  }
  function restore(track: TrackId): void {
    const place = library.placeOf(track);
    if (place >= 0) queue.send({ type: "place.choose", place });
    else if (library.isComplete) awaited = null;
  }
  function playFirst(): void {
    const isSought = (): boolean => isPlaying() && player.getSnapshot().context.target === null;
    if (isSought() && awaited === null) page.next();
    if (isSought() && library.isComplete) page.pause();
  }
  function chooseVariant(): void {
    note = "";
    player.send({ type: "variant.choose", variant: chosen() });
    changed();
  }

  const page: Page = {
    view,
    inspect,
    play: () => {
      note = "";
      player.send({ type: "transport.play" });
      playFirst();
    },
    pause: () => player.send({ type: "transport.pause" }),
    choose: (track) => {
      note = "";
      const place = library.placeOf(track);
      if (place < 0) return say("That track is not in the list.");
      queue.send({ type: "place.choose", place });
      player.send({ type: "transport.play" });
    },
    next: () => queue.send({ type: "queue.next", place: library.playable(1) }),
    previous: () => {
      if (view.getSnapshot().positionSeconds > restartSeconds) page.seek(0);
      else queue.send({ type: "queue.previous", place: library.playable(-1) });
    },
    seek: (seconds) => {
      if (!Number.isFinite(seconds)) return say("That is not a time.");
      const { durationSeconds } = view.getSnapshot();
      const at = Math.min(Math.max(0, seconds), durationSeconds > 0 ? durationSeconds : seconds);
      note = "";
      player.send({ type: "transport.seek", seconds: at });
    },
    setEnhance: (on) => {
      enhance = on;
      chooseVariant();
    },
    setPreset: (preset: Preset) => {
      enhanced = { ...enhanced, preset };
      chooseVariant();
    },
    setIntensity: (percent) => {
      const intensity = roundIntensity(percent);
      if (intensity === undefined) return say("Intensity is a number from 0 to 100.");
      enhanced = { ...enhanced, intensity };
      chooseVariant();
    },
    setVolume: (gain) => {
      if (!Number.isFinite(gain)) return say("Volume is a number from 0 to 100.");
      volume = Math.min(1, Math.max(0, gain));
      element.setVolume(volume);
      changed();
    },
    setMatchLoudness: () => say(`Match loudness needs ${missing}.`),
    setCrossfade: () => say(`Crossfade needs ${missing}.`),
    leave: () => {
      library.stop();
      ports.clock.clearTimeout(timer);
      cancelAsk();
      element.pause();
      element.close();
      for (const actor of [player, queue]) actor.stop();
    },
  };
  for (const actor of [player, queue] as const) actor.start();
  player.subscribe(changed);
  queue.subscribe(changed);
  library.read();
  return page;
}

function addressOf({ track, variant }: Source): string {
  const parsed = parseVariantName(variant);
  const query =
    parsed.kind === "original"
      ? "variant=original"
      : `variant=enhanced&preset=${parsed.preset}&intensity=${parsed.intensity}`;
  return `/api/tracks/${track}/stream.wav?${query}`;
}
