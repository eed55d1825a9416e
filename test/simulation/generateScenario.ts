/** Makes a scenario from a seed. Listeners click in bursts, often into what they have just heard, then
 *  listen; some commands and faults follow right behind an event inside the system, for that is where races
 *  are. Some scenarios are all clicks, some all faults, some hardly anything; every fourth is one coda after the other. */
import { presets } from "#engine/protocol/variant.ts";
import { someCoda } from "./codas.ts";
import { drawBlow } from "./faults/faultKinds.ts";
import { simulatedTracks } from "./ports/tracks.ts";
import {
  commandsMin,
  players,
  type Climate,
  type Command,
  type Deed,
  type Fault,
  type Moment,
  type Scenario,
} from "./scenario.ts";
import { SeededRandom } from "./world/seededRandom.ts";

/** kinds of internal events after which something may follow at once; `N` is the number of a player */
export const hookLabels = [
  "net.down.slice",
  "net.down.welcome",
  "net.down.rendition",
  "net.down.closed",
  "net.up.demand",
  "net.up.hello",
  "host.engine.slice",
  "host.engine.analyse",
  "host.engine.started",
  "host.engine.order",
  "host.engine.step",
  "host.engine.ended",
  "host.disk.write",
  "host.disk.read",
  "pageN.mixer<lane/committed",
  "pageN.mixer<lane/ended",
  "pageN.mixer.tookOver",
  "pageN.mixer>mixer/intend",
  "pageN.output.resumed",
  "pageN.worker>page/intend",
  "pageN.worker<supply/state",
  "workerN.feed>lane/open",
  "workerN.feed>lane/commit",
  "workerN.feed<lane/committed",
] as const;

/** ms within which commands and faults fall */
const storyMs = 40_000;
/** ms within which the codas of a dense one begin */
const denseStoryMs = 50_000;
/** how often tracks are crossfaded */
const crossfadeChance = 0.25;
/** how often a coda follows them */
const codaChance = 0.6;
/** ms between two clicks of a burst, at most; one of them each time */
const gapsMs = [6, 60, 400] as const;

/** every so many seeds a scenario is one coda after the other */
const denseEvery = 4;
/** ms from the begin of one coda to that of the next, at least: what they leave behind has shown by then */
const codaMs = 11_000;

/** @param seed any integer; at least two players and `commandsMin` commands */
export function generateScenario(seed: number): Scenario {
  const random = new SeededRandom(seed).fork("scenario");
  const scenario =
    seed % denseEvery === 0 ? denseScenario(seed, random) : looseScenario(seed, random);
  const crossfades = someCrossfades(new SeededRandom(seed).fork("crossfades"));
  return { ...scenario, commands: [...crossfades, ...scenario.commands] };
}

/** Some wish for a crossfade before they choose anything. */
function someCrossfades(random: SeededRandom): readonly Command[] {
  if (!random.chance(crossfadeChance)) return [];
  return Array.from({ length: players }, (_, player): Command => {
    return { atMs: 50, player, deed: { type: "crossfade", seconds: 1 + random.below(4) } };
  });
}

/** Both listeners live one coda after the other; what befalls one may meet the other in the middle of his. */
function denseScenario(seed: number, random: SeededRandom): Scenario {
  const commands: Command[] = [];
  const faults: Fault[] = [];
  for (let player = 0; player < players; player++) {
    const track = random.pick(simulatedTracks).id;
    let atMs = random.between(100, 3000);
    commands.push({ atMs, player, deed: { type: "choose", track } });
    for (
      atMs += random.between(0, 5000);
      atMs < denseStoryMs;
      atMs += random.between(codaMs, 1.3 * codaMs)
    ) {
      const coda = someCoda(random, player, atMs);
      commands.push(...coda.commands);
      faults.push(...coda.faults);
    }
  }
  while (commands.length < commandsMin) commands.push(...burst(random));
  return { seed, commands, faults, climate: someClimate(random) };
}

/** Bursts of clicks, faults here and there, and often one coda behind them. */
function looseScenario(seed: number, random: SeededRandom): Scenario {
  const commands: Command[] = [];
  // two who listen to the same ask for the same
  const isShared = random.chance(0.25);
  const tracks: string[] = [];
  for (let player = 0; player < players; player++) {
    const track = isShared && player > 0 ? tracks[0]! : random.pick(simulatedTracks).id;
    const deed: Deed = { type: "choose", track };
    tracks.push(track);
    commands.push({ atMs: random.between(100, 3000), player, deed });
  }
  const wanted = commandsMin + random.below(random.chance(0.2) ? 40 : 16);
  while (commands.length < wanted) commands.push(...burst(random));
  const faults = Array.from({ length: random.below(random.chance(0.15) ? 12 : 5) }, (): Fault => {
    const player = random.below(players);
    const moment = momentOf(random, player, 0.4, 40) ?? { atMs: random.between(500, storyMs) };
    return { ...moment, ...drawBlow(random, player) };
  });
  if (random.chance(codaChance)) {
    const coda = someCoda(random, random.below(players), storyMs + random.between(0, 2000));
    commands.push(...coda.commands);
    faults.push(...coda.faults);
  }
  return { seed, commands, faults, climate: someClimate(random) };
}

function someClimate(random: SeededRandom): Climate {
  return {
    ...(random.chance(0.2) && { hotBytes: random.pick([20_000, 32_000]) }),
    ...(random.chance(0.15) && { queueMax: random.pick([3, 8]) }),
    ...(random.chance(0.25) && { analysisMs: Math.round(random.between(1000, 4500)) }),
    ...(random.chance(0.3) && { windowBytes: random.pick([32_000, 36_200, 100_000]) }),
    // of which a window may take 34,000 bytes
    ...(random.chance(0.1) && { deviceGib: (34_000 * 200) / 2 ** 30 }),
    ...(random.chance(0.1) && { scanMs: Math.round(random.between(50, 4000)) }),
    // less than what is asked for at a time
    ...(random.chance(0.4) && { sliceBytes: 700 }),
    ...(random.chance(0.5) && { isTagged: true }),
    ...(random.chance(0.4) && { isSurveyed: true }),
  };
}

/** One to five clicks of one listener in quick succession. */
function burst(random: SeededRandom): readonly Command[] {
  const player = random.below(players);
  const start = momentOf(random, player, 0.4, 24) ?? { atMs: random.between(500, storyMs) };
  const gapMs = random.pick(gapsMs);
  const around = random.between(0, 36);
  // some click again at the moment at which the first click has led to something
  const second =
    !start.after && random.chance(0.3) ? momentOf(random, player, 1, 3, start.atMs) : null;
  let { atMs } = start;
  return Array.from({ length: 1 + random.below(random.chance(0.5) ? 5 : 1) }, (_, i): Command => {
    if (i === 1 && second) ({ atMs } = second);
    const moment = i > 0 && second ? second : start;
    const command = { ...moment, atMs, player, deed: someDeed(random, around) };
    atMs += random.between(0, gapMs);
    return command;
  });
}

/** 0–25 ms after an event inside the system, with this chance. @param nths how many to choose from
 *  @param fromMs counted from then on; otherwise from the beginning */
function momentOf(
  random: SeededRandom,
  player: number,
  chance: number,
  nths: number,
  fromMs?: number,
): Moment | null {
  if (!random.chance(chance)) return null;
  const label = random.pick(hookLabels).replace("N", String(player));
  return {
    atMs: random.chance(0.3) ? 0 : random.between(0, 25),
    after: {
      label,
      nth: random.below(random.chance(0.5) ? Math.min(4, nths) : nths),
      ...(fromMs !== undefined && { fromMs }),
    },
  };
}

/** @param around seconds near which the seeks of a burst go, so that some find what is held */
function someDeed(random: SeededRandom, around: number): Deed {
  switch (random.below(16)) {
    case 0:
    case 1:
      return { type: "pause" };
    case 2:
    case 3:
    case 4:
      return { type: "play" };
    case 5:
    case 6:
      return seekTo(random.between(0, 36));
    case 7:
    case 8:
      return seekTo(Math.max(0, around + random.between(-3, 3)));
    case 9:
      return { type: "next" };
    case 10:
      return { type: "choose", track: random.pick(simulatedTracks).id };
    case 11:
      return { type: "preset", preset: random.pick(presets) };
    case 12:
      return { type: "intensity", percent: random.pick([40, 80]) };
    case 13:
      return { type: "previous" };
    case 14:
      return { type: "matchLoudness", on: random.chance(0.5) };
    default:
      return { type: "enhance", on: random.chance(0.5) };
  }
}

function seekTo(seconds: number): Deed {
  return { type: "seek", seconds: Math.round(seconds * 1000) / 1000 };
}
