/** A named scenario: player 0 lives a story, player 1 listens to another track meanwhile and clicks about
 *  in it now and then. Each runs under several seeds, so that the same clicks meet different interleavings;
 *  the judge holds every frame against what may sound, the test adds what must have happened. */
import { expect } from "vitest";
import type { Preset } from "#engine/protocol/variant.ts";
import { simulatedRate, trackById } from "../ports/tracks.ts";
import { commandsMin, type Command, type Deed, type Fault, type Moment } from "../scenario.ts";
import { Simulation } from "../simulation.ts";
import { withSealedGlobals } from "../world/sealedGlobals.ts";

export const raceSeeds: readonly number[] = [100, 101];

/** What player 0 does, and when: ms since the world began, or after an event inside the system. */
export type Story = readonly (readonly [when: number | Moment, deed: Deed])[];

export const choose = (track: string): Deed => ({ type: "choose", track });
export const seek = (seconds: number): Deed => ({ type: "seek", seconds });
export const enhance = (on: boolean): Deed => ({ type: "enhance", on });
export const preset = (name: Preset): Deed => ({ type: "preset", preset: name });
export const pause: Deed = { type: "pause" };
export const play: Deed = { type: "play" };
export const next: Deed = { type: "next" };

/** Fails when an invariant is violated under any of the seeds. @param check looks further, once a seed */
export function live(
  story: Story,
  faults: readonly Fault[] = [],
  check: (end: Simulation) => void = () => undefined,
): void {
  const commands = [...story.map(commandOf), ...backgroundLife(commandsMin - story.length)];
  for (const seed of raceSeeds) {
    const simulation = new Simulation({ seed, commands, faults }, {});
    const outcome = withSealedGlobals(
      () => simulation.run(),
      ({ what }) => simulation.docket.accuse("escape", what),
    );
    expect(outcome.violation, `seed ${seed}`).toBeNull();
    check(simulation);
  }
}

function commandOf([when, deed]: Story[number]): Command {
  return { ...(typeof when === "number" ? { atMs: when } : when), player: 0, deed };
}

/** At least one command of the other player, and so many that the scenario has enough. */
function backgroundLife(lacking: number): readonly Command[] {
  const clicks = Array.from({ length: Math.max(0, lacking - 1) }, (_, i): Command => {
    return { atMs: 5000 + i * 4700, player: 1, deed: seek((i * 13) % 40) };
  });
  return [{ atMs: 150, player: 1, deed: choose("long") }, ...clicks];
}

/** What player 0 heard last. @throws Error when it heard nothing */
export function voiceOf({ players }: Simulation) {
  const { voice } = players[0]!.ear;
  if (!voice) throw new Error("nothing was heard");
  return voice;
}

/** Where player 0 was when it fell silent. @param low seconds @param high seconds */
export function expectAt(end: Simulation, track: string, low: number, high: number): void {
  const voice = voiceOf(end);
  expect(voice.track).toBe(trackById(track).number);
  expect(voice.frame / simulatedRate).toBeGreaterThanOrEqual(low);
  expect(voice.frame / simulatedRate).toBeLessThanOrEqual(high);
}
