/** Others who connect to the host: under a player's name, or with manners that no player of ours has. */
import { helloOf, visit } from "../ports/visitor.ts";
import { simulatedRate } from "../ports/tracks.ts";
import { faultKind, instant } from "./faultKind.ts";

const hello = helloOf("visitor");
const want = { track: "long", variant: "original", from: 0, until: 800, lane: "urgent" };
const demand = (number: number, received: number): object => ({
  type: "demand",
  demand: number,
  received,
  playing: true,
  rate: simulatedRate,
  wants: [want],
  holds: [],
});

/** what a visitor says, in order */
const manners = {
  /** asks, and thinks better of it */
  changesItsMind: [hello, demand(1, 0), { type: "cancel", demand: 1 }, { type: "ping", at: 1 }],
  /** takes what it asked for, and asks for it again */
  asksTwice: [hello, demand(1, 0), demand(1, 0), demand(2, 0)],
  hasNoToken: [helloOf("visitor", null), demand(1, 0)],
  doesNotGreet: [demand(1, 0)],
  greetsTwice: [hello, hello],
  countsWhatNeverCame: [hello, demand(1, 7)],
  speaksAnotherVersion: [{ ...hello, version: "segue.v0" }],
  speaksNoJson: ["GET / HTTP/1.1"],
  sendsBytes: [new Uint8Array(100)],
  saysNothing: [],
} as const satisfies Readonly<Record<string, readonly (object | string)[]>>;
type Manner = keyof typeof manners;

export const visitorFaults = [
  /** another connection says hello under the player's name, and goes again */
  faultKind({
    type: "twin",
    weight: 1,
    draw: (random, player) => ({ player, forMs: random.between(20, 4000) }),
    lastsMs: instant,
    strike: ({ world, network, players }, { player, forMs }) =>
      visit(world, network, [JSON.stringify(helloOf(players[player]!.life.identity))], forMs),
  }),
  /** a client of another kind connects, and does as it likes */
  faultKind({
    type: "visitor",
    weight: 3,
    draw: (random) => ({
      manner: random.pick(Object.keys(manners) as Manner[]),
      forMs: random.between(20, 12_000),
    }),
    lastsMs: instant,
    strike: ({ world, network }, { manner, forMs }) => {
      const words: readonly (object | string)[] = manners[manner];
      visit(
        world,
        network,
        words.map((word) =>
          typeof word === "string" || word instanceof Uint8Array ? word : JSON.stringify(word),
        ),
        forMs,
      );
    },
  }),
] as const;
