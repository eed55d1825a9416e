/** Codas: little stories that end a scenario, told when all else has been. In each the last click is one that
 *  nothing puts right behind it: what it leaves behind is there when calm comes. */
import { presets } from "#engine/protocol/variant.ts";
import { framesAt, simulatedRate, simulatedTracks, type SimulatedTrack } from "./ports/tracks.ts";
import type { Command, Deed, Fault } from "./scenario.ts";
import type { SeededRandom } from "./world/seededRandom.ts";

type Part = { readonly commands: readonly Command[]; readonly faults: readonly Fault[] };
type Coda = (random: SeededRandom, player: number, atMs: number) => Part;

const long = simulatedTracks[0]!;
const tiny = simulatedTracks.at(-1)!;
const seconds = (track: SimulatedTrack): number => framesAt(track, simulatedRate) / simulatedRate;

/** @param afterMs ms after the coda's begin */
function teller(player: number, atMs: number) {
  return (afterMs: number, deed: Deed): Command => ({ atMs: atMs + afterMs, player, deed });
}
const choose = ({ id }: SimulatedTrack): Deed => ({ type: "choose", track: id });
const seek = (to: number): Deed => ({ type: "seek", seconds: Math.round(to * 1000) / 1000 });

const codas: readonly Coda[] = [
  /** far away, and back to where the music was, clicked when the mixer has left and nobody has heard of it */
  function secondThoughts(random, player, atMs) {
    const at = teller(player, atMs);
    const back: Command = {
      atMs: random.chance(0.5) ? 0 : random.between(0, 4),
      after: { label: `page${player}.mixer.tookOver`, nth: 0, fromMs: atMs + 5000 },
      player,
      deed: seek(random.between(4, 12)),
    };
    const commands = [at(0, choose(long)), at(5000, seek(random.between(20, 50))), back];
    return { commands, faults: [] };
  },
  /** everything has ended; what is chosen then is not there, and is there when Play tries again */
  function choiceThatFails(random, player, atMs) {
    const at = teller(player, atMs);
    const place = random.below(simulatedTracks.length - 1);
    const forMs = random.between(1000, 4000);
    const file = { type: "fileVanishes", track: place, forMs } as const;
    const commands = [
      at(0, choose(tiny)),
      at(3000, choose(simulatedTracks[place]!)),
      at(3000 + forMs + random.between(100, 3000), { type: "play" }),
    ];
    return { commands, faults: [{ atMs: atMs + 2900, ...file }] };
  },
  /** the track that follows is not there, the one after it is */
  function gapInTheList(random, player, atMs) {
    const at = teller(player, atMs);
    const place = random.below(simulatedTracks.length - 2);
    const track = simulatedTracks[place]!;
    const commands = [
      at(0, choose(track)),
      at(2000, seek(seconds(track) - random.between(0.5, 3))),
    ];
    const file = { type: "fileVanishes", track: place + 1, forMs: 12_000 } as const;
    return { commands, faults: [{ atMs: atMs + random.between(0, 2000), ...file }] };
  },
  /** the clock of the output stands still while it plays */
  function frozen(random, player, atMs) {
    const freeze = { type: "freezeOutput", player } as const;
    const commands = [teller(player, atMs)(0, choose(random.pick(simulatedTracks)))];
    return { commands, faults: [{ atMs: atMs + random.between(500, 5000), ...freeze }] };
  },
  /** nothing sounds, nothing else is asked for, and the render of what is meant fails */
  function failureInSilence(random, player, atMs) {
    const at = teller(player, atMs);
    const fails = { type: "renderFails", times: 1 + random.below(3) } as const;
    const commands = [
      at(0, choose(long)),
      at(2000, { type: "pause" }),
      at(3000, seek(random.between(15, 55))),
    ];
    return { commands, faults: [{ atMs: atMs + 2990, ...fails }] };
  },
  /** what is decoded of the track that plays is deleted */
  function pcmGone(random, player, atMs) {
    const at = teller(player, atMs);
    const commands = [at(0, choose(long)), at(1000, seek(random.between(5, 30)))];
    return { commands, faults: [{ atMs: atMs + random.between(1000, 4000), type: "pcmLost" }] };
  },
  /** away, and a little aside of where the music was, when the mixer has left and word of it is late */
  function sidestep(random, player, atMs) {
    const at = teller(player, atMs);
    const late = {
      type: "lateMixer",
      player,
      byMs: random.between(300, 900),
      forMs: 4000,
    } as const;
    const aside: Command = {
      atMs: random.between(0, 100),
      after: { label: `page${player}.mixer.tookOver`, nth: 0, fromMs: atMs + 5000 },
      player,
      deed: seek(random.between(4, 12)),
    };
    const commands = [at(0, choose(long)), at(5000, seek(random.between(5, 15))), aside];
    return { commands, faults: [{ atMs: atMs + 4900, ...late }] };
  },
  /** what is far away comes more slowly than it is heard */
  function trickle(random, player, atMs) {
    const at = teller(player, atMs);
    const bytesPerMs = random.between(0.9, 1.5);
    const slow = {
      type: "slowReader",
      player,
      bytesPerMs,
      forMs: random.between(8000, 12_000),
    } as const;
    const commands = [at(0, choose(long)), at(3000, seek(random.between(20, 40)))];
    return { commands, faults: [{ atMs: atMs + 2900, ...slow }] };
  },
  /** one sound after the other is tried while the machine has much to do, and word of the mixer is late */
  function tryingOut(random, player, atMs) {
    const at = teller(player, atMs);
    const forMs = 10_000;
    const late = { type: "lateMixer", player, byMs: random.between(200, 700), forMs } as const;
    const busy = { type: "machineBusy", factor: random.between(8, 20), forMs } as const;
    const commands = [
      at(0, choose(long)),
      ...presets.map((preset, i) => at(3000 + i * 2000, { type: "preset", preset })),
    ];
    return { commands, faults: [late, busy].map((fault) => ({ atMs: atMs + 2900, ...fault })) };
  },
  /** the host begins anew, and finds its files under each other's names */
  function shuffled(random, player, atMs) {
    const at = teller(player, atMs);
    const files = { type: "filesExchanged", pick: random.next(), pairs: 8 } as const;
    const restart = { type: "restart", downMs: random.between(50, 500) } as const;
    const commands = [
      at(0, choose(long)),
      at(8500, seek(random.between(0, 40))),
      at(10_500, seek(random.between(0, 40))),
    ];
    return { commands, faults: [files, restart].map((fault) => ({ atMs: atMs + 7000, ...fault })) };
  },
  /** somebody saves other audio under the name of the track that plays */
  function savedAnew(random, player, atMs) {
    const commands = [teller(player, atMs)(0, choose(long))];
    const saved = { type: "fileChanges", track: 0 } as const;
    return { commands, faults: [{ atMs: atMs + random.between(500, 6000), ...saved }] };
  },
];

/** One of them. @param atMs when it begins */
export function someCoda(random: SeededRandom, player: number, atMs: number): Part {
  return random.pick(codas)(random, player, atMs);
}
