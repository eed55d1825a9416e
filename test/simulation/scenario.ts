/** Scenario: what the listeners do and what befalls the system. Plain data, made from a seed; the same
 *  scenario runs the same way, event for event. */
import { presets, type Preset } from "#engine/protocol/variant.ts";
import { simulatedTracks } from "./ports/tracks.ts";
import { SeededRandom } from "./world/seededRandom.ts";

export type Deed =
  | { readonly type: "choose"; readonly track: string }
  | { readonly type: "play" }
  | { readonly type: "pause" }
  | { readonly type: "next" }
  | { readonly type: "seek"; readonly seconds: number }
  | { readonly type: "enhance"; readonly on: boolean }
  | { readonly type: "preset"; readonly preset: Preset }
  | { readonly type: "intensity"; readonly percent: number };

/** When something happens: at a time, or `atMs` after the nth event (from 0) of a kind. */
export type Moment = {
  readonly atMs: number;
  readonly after?: { readonly label: string; readonly nth: number };
};

export type Command = Moment & { readonly player: number; readonly deed: Deed };

export type Fault = Moment &
  (
    | { readonly type: "cut"; readonly player: number }
    /** the host dies, and comes back with a new epoch and the old disk */
    | { readonly type: "restart"; readonly downMs: number }
    /** one slice is damaged on its way */
    | { readonly type: "garble" }
    /** one file of the disk cache changes by a bit */
    | { readonly type: "rot"; readonly pick: number }
    /** no bytes any more, and no close either */
    | { readonly type: "halfOpen"; readonly player: number }
    /** the host leaves in good order, and comes back with a new epoch and the old disk */
    | { readonly type: "relaunch"; readonly downMs: number }
    /** every write to the disk fails for a while */
    | { readonly type: "diskFull"; readonly forMs: number }
    /** the next renders lose their worker */
    | { readonly type: "renderFails"; readonly times: number }
    /** the browser closes the context */
    | { readonly type: "closeOutput"; readonly player: number }
    /** the context says that it runs, but its clock stands still */
    | { readonly type: "freezeOutput"; readonly player: number }
    /** the system takes the audio device away for a while */
    | { readonly type: "interrupt"; readonly player: number; readonly forMs: number }
  );

export type Scenario = {
  readonly seed: number;
  readonly commands: readonly Command[];
  readonly faults: readonly Fault[];
};

export const players = 2;
/** kinds of internal events after which a command or fault may follow at once */
export const hookLabels = [
  "net.down.slice",
  "net.down.welcome",
  "net.down.rendition",
  "net.down.closed",
  "net.up.demand",
  "net.up.hello",
  "host.engine.slice",
  "host.engine.analyse",
  "host.disk.write",
  "host.disk.read",
  "page0.mixer<lane/committed",
  "page1.mixer<lane/committed",
  "page0.mixer<lane/ended",
  "worker0.feed>lane/open",
  "worker0.feed>lane/commit",
  "page0.worker>page/intend",
  "page0.output.resumed",
] as const;

const storyMs = 40_000;

/** At least two players, eight commands and sixty seconds (the run adds a calm end). */
export function generateScenario(seed: number): Scenario {
  const random = new SeededRandom(seed).fork("scenario");
  const commands: Command[] = [];
  for (let player = 0; player < players; player++) {
    const deed: Deed = { type: "choose", track: random.pick(simulatedTracks).id };
    commands.push({ atMs: random.between(100, 3000), player, deed });
  }
  // bursts: listeners click in quick succession, then listen
  let at = 2500;
  const wanted = 8 + random.below(16);
  while (commands.length < wanted) {
    at += random.chance(0.6) ? random.between(5, 400) : random.between(500, 9000);
    const moment: Moment = random.chance(0.3)
      ? {
          atMs: random.between(0, 25),
          after: { label: random.pick(hookLabels), nth: random.below(24) },
        }
      : { atMs: at % storyMs };
    commands.push({ ...moment, player: random.below(players), deed: someDeed(random) });
  }
  const faults: Fault[] = [];
  const blows = random.below(5);
  for (let i = 0; i < blows; i++) faults.push(someFault(random));
  return { seed, commands, faults };
}

function someDeed(random: SeededRandom): Deed {
  switch (random.below(13)) {
    case 0:
    case 1:
      return { type: "pause" };
    case 2:
    case 3:
    case 4:
      return { type: "play" };
    case 5:
    case 6:
    case 7:
      return { type: "seek", seconds: Math.round(random.between(0, 36) * 1000) / 1000 };
    case 8:
      return { type: "next" };
    case 9:
      return { type: "choose", track: random.pick(simulatedTracks).id };
    case 10:
      return { type: "preset", preset: random.pick(presets) };
    case 11:
      return { type: "intensity", percent: random.pick([40, 80]) };
    default:
      return { type: "enhance", on: random.chance(0.5) };
  }
}

function someFault(random: SeededRandom): Fault {
  const moment: Moment = random.chance(0.4)
    ? {
        atMs: random.between(0, 25),
        after: { label: random.pick(hookLabels), nth: random.below(40) },
      }
    : { atMs: random.between(500, storyMs) };
  const player = random.below(players);
  switch (random.below(12)) {
    case 0:
    case 1:
      return { ...moment, type: "cut", player };
    case 5:
      return { ...moment, type: "halfOpen", player };
    case 6:
      return { ...moment, type: "relaunch", downMs: random.between(50, 4000) };
    case 9:
      return { ...moment, type: "diskFull", forMs: random.between(500, 10_000) };
    case 10:
      return { ...moment, type: "renderFails", times: 1 + random.below(3) };
    case 7:
      return { ...moment, type: "closeOutput", player };
    case 8:
      return { ...moment, type: "freezeOutput", player };
    case 2:
      return { ...moment, type: "garble" };
    case 3:
      return { ...moment, type: "rot", pick: random.next() };
    case 4:
      return { ...moment, type: "interrupt", player, forMs: random.between(20, 3000) };
    default:
      return { ...moment, type: "restart", downMs: random.between(50, 4000) };
  }
}
