/** Makes a scenario from a seed: listeners click in bursts, then listen; some commands and faults follow
 *  right behind an event inside the system, for that is where races are. */
import { presets } from "#engine/protocol/variant.ts";
import { drawBlow } from "./faults/faultKinds.ts";
import { simulatedTracks } from "./ports/tracks.ts";
import {
  commandsMin,
  players,
  type Command,
  type Deed,
  type Fault,
  type Moment,
  type Scenario,
} from "./scenario.ts";
import { SeededRandom } from "./world/seededRandom.ts";

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

/** ms within which commands and faults fall */
const storyMs = 40_000;

/** @param seed any integer; at least two players and `commandsMin` commands */
export function generateScenario(seed: number): Scenario {
  const random = new SeededRandom(seed).fork("scenario");
  const commands: Command[] = [];
  for (let player = 0; player < players; player++) {
    const deed: Deed = { type: "choose", track: random.pick(simulatedTracks).id };
    commands.push({ atMs: random.between(100, 3000), player, deed });
  }
  let at = 2500;
  const wanted = commandsMin + random.below(16);
  while (commands.length < wanted) {
    at += random.chance(0.6) ? random.between(5, 400) : random.between(500, 9000);
    const moment = someMoment(random, 0.3, 24) ?? { atMs: at % storyMs };
    commands.push({ ...moment, player: random.below(players), deed: someDeed(random) });
  }
  const faults = Array.from({ length: random.below(5) }, (): Fault => {
    const moment = someMoment(random, 0.4, 40) ?? { atMs: random.between(500, storyMs) };
    return { ...moment, ...drawBlow(random, random.below(players)) };
  });
  return { seed, commands, faults };
}

/** 0–25 ms after an event inside the system, with this chance. @param nths how many to choose from */
function someMoment(random: SeededRandom, chance: number, nths: number): Moment | null {
  if (!random.chance(chance)) return null;
  return {
    atMs: random.between(0, 25),
    after: { label: random.pick(hookLabels), nth: random.below(nths) },
  };
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
