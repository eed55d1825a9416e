/** A named scenario: player 0 lives a story, player 1 listens to another track meanwhile and clicks about
 *  in it now and then. Each runs under several seeds, so that the same clicks meet different interleavings;
 *  the judge holds every frame against what may sound, the test adds what must have happened. */
import type { Preset } from "#engine/protocol/variant.ts";
import type { HeardRun } from "../judge/voice.ts";
import type { Plants } from "../plants.ts";
import { simulatedVariants } from "../judge/variantNumbers.ts";
import { quantumFrames } from "../ports/simulatedOutput.ts";
import { simulatedRate, simulatedTracks, trackById } from "../ports/tracks.ts";
import {
  commandsMin,
  type Climate,
  type Command,
  type Deed,
  type Fault,
  type Moment,
} from "../scenario.ts";
import { Simulation } from "../simulation.ts";
import { withSealedGlobals } from "../world/sealedGlobals.ts";
import { Overheard, type Alter } from "./overheard.ts";
import { expect, told } from "./storybook.ts";

export const raceSeeds: readonly number[] = [100, 101];
/** For what hardly depends on the interleaving. */
export const once: readonly number[] = [100];
/** ms between an event inside the system and the click that follows it: before, amid and after the answer */
export const offsetsMs: readonly number[] = [0, 1, 3, 8, 20];

/** What player 0 does, and when: ms since the world began, or after an event inside the system. */
export type Story = readonly (readonly [when: number | Moment, deed: Deed])[];

/** What else is the case. */
export type Setting = {
  readonly seeds?: readonly number[];
  /** what player 1 listens to */
  readonly other?: string;
  /** commands of player 1, instead of seeks now and then */
  readonly others?: readonly Command[];
  readonly alter?: Alter;
  readonly plants?: Plants;
  readonly climate?: Climate;
};

export type Ending = Pick<Simulation, "players"> & {
  readonly seed: number;
  readonly overheard: Overheard;
};

/** The page keeps nothing of the other side of A/B: for what is said of what the clicks themselves fetch. */
export const oneSided: Alter = {
  workerConfig: { standbyBehindSeconds: 0, standbyAheadSeconds: 0 },
};

/** Nothing is made ahead, either: for what is said of the renders that the clicks themselves bring on. */
export const unwarmed: Alter = {
  ...oneSided,
  hostConfig: { warming: { aroundSeconds: 0, spreadMs: 1e9, warmShare: 0 } },
};

export const choose = (track: string): Deed => ({ type: "choose", track });
export const seek = (seconds: number): Deed => ({ type: "seek", seconds });
export const enhance = (on: boolean): Deed => ({ type: "enhance", on });
export const preset = (name: Preset): Deed => ({ type: "preset", preset: name });
export const intensity = (percent: number): Deed => ({ type: "intensity", percent });
export const crossfade = (seconds: number): Deed => ({ type: "crossfade", seconds });
export const pause: Deed = { type: "pause" };
export const play: Deed = { type: "play" };
export const next: Deed = { type: "next" };

/** `atMs` after the nth event (from 0) of a kind. */
export const after = (label: string, nth: number, atMs = 0): Moment => ({
  atMs,
  after: { label, nth },
});

/** Fails when an invariant is violated under any of the seeds. @param check looks further, once a seed */
export function live(
  story: Story,
  faults: readonly Fault[] = [],
  check: (end: Ending) => void = () => undefined,
  { seeds = raceSeeds, other = "long", others, alter, plants, climate = {} }: Setting = {},
): void {
  const mine = story.map(commandOf);
  const background = others ?? backgroundLife(other, commandsMin - story.length);
  for (const seed of seeds) {
    const overheard = new Overheard(alter);
    const commands = [...mine, ...background];
    const { rootsOf } = overheard;
    const simulation = new Simulation(
      { seed, commands, faults, climate },
      plants ? { rootsOf, plants } : { rootsOf },
    );
    const outcome = withSealedGlobals(
      () => simulation.run(),
      ({ what, cause }) => {
        const detail = cause instanceof Error ? `${what}: ${cause.stack}` : what;
        simulation.docket.accuse("escape", detail);
      },
    );
    told.runs++;
    told.violation ??= outcome.violation;
    expect(outcome.violation, `seed ${seed}`).toBeNull();
    expect(overheard.liars(), "slices that are not what they say").toEqual([]);
    check({ players: simulation.players, seed, overheard });
  }
}

function commandOf([when, deed]: Story[number]): Command {
  return { ...(typeof when === "number" ? { atMs: when } : when), player: 0, deed };
}

/** At least one command of the other player, and so many that the scenario has enough. */
function backgroundLife(track: string, lacking: number): readonly Command[] {
  const clicks = Array.from({ length: Math.max(0, lacking - 1) }, (_, i): Command => {
    return { atMs: 5000 + i * 4700, player: 1, deed: seek((i * 13) % 40) };
  });
  return [{ atMs: 150, player: 1, deed: choose(track) }, ...clicks];
}

/** What player 0 heard last. @throws Error when it heard nothing */
export function voiceOf({ players }: Ending) {
  const { voice } = players[0]!.ear;
  if (!voice) throw new Error("nothing was heard");
  return voice;
}

/** Where player 0 was when it fell silent. @param low seconds @param high seconds */
export function expectAt(end: Ending, track: string, low: number, high: number): void {
  const voice = voiceOf(end);
  expect(voice.track).toBe(trackById(track).number);
  expect(voice.frame / simulatedRate).toBeGreaterThanOrEqual(low);
  expect(voice.frame / simulatedRate).toBeLessThanOrEqual(high);
}

/** What player 0 heard, first to last: which rendering, from which frame until which, since when. */
export function heardBy({ players }: Ending, player = 0) {
  return players[player]!.ear.heard.map(({ atMs, code, voice }: HeardRun) => ({
    atMs,
    track: simulatedTracks[code.track]!.id,
    variant: simulatedVariants[code.variant] ?? "",
    version: code.version,
    from: code.frame,
    until: voice.frame,
  }));
}

/** What player 0 heard since a moment, without repeats. */
export function heardSince(end: Ending, ms: number, what: "track" | "variant"): readonly string[] {
  const all = heardBy(end).filter(({ atMs }) => atMs > ms);
  return all.map((run) => run[what]).filter((name, i, names) => name !== names[i - 1]);
}

/** When player 0 gave its commands of a kind, ms. */
export function timesOf({ overheard }: Ending, name: Deed["type"]): readonly number[] {
  return overheard.commands
    .filter((command) => command.player === 0 && command.name === name)
    .map(({ atMs }) => atMs);
}

/** ms by which what is heard of a run may be noted late */
export const noteMs = (2 * quantumFrames * 1000) / simulatedRate;

/** ms of silence between the end of a track and what player 0 heard behind it. @param track which ended */
export function silenceBehind(end: Ending, track: string): number {
  const runs = heardBy(end);
  const at = runs.findLastIndex((run) => run.track === track);
  const [last, following] = [runs[at]!, runs[at + 1]!];
  expect(last.until).toBe(trackById(track).frames);
  const endedMs = last.atMs + ((last.until - last.from) * 1000) / simulatedRate;
  return following.atMs - endedMs;
}
