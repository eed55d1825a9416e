/** Guards of the page's and the page worker's machines, taken away one by one. */
import { linkMachine } from "#engine/machines/link.machine.ts";
import { outputMachine } from "#engine/machines/output.machine.ts";
import { playerMachine } from "#engine/machines/player.machine.ts";
import { preloaderMachine } from "#engine/machines/preloader.machine.ts";
import { queueMachine } from "#engine/machines/queue.machine.ts";
import type { Mutant } from "./mutant.ts";

const always = (): boolean => true;
const never = (): boolean => false;
const nothing = (): void => undefined;

type Part =
  | typeof playerMachine
  | typeof preloaderMachine
  | typeof linkMachine
  | typeof outputMachine
  | typeof queueMachine;

function without(
  machine: Part,
  guard: string,
  name: string,
  what: string,
  answer: () => boolean = always,
): Mutant {
  return {
    name,
    what,
    guard: `${machine.id}: ${guard}`,
    planting: { by: "provide", machine, provided: { guards: { [guard]: answer } } },
  };
}

export const pageMutants: readonly Mutant[] = [
  without(
    playerMachine,
    "isNewest",
    "stale-answer-accepted",
    "a failure or a readiness of an older intention counts for the newest",
  ),
  without(
    playerMachine,
    "isMeant",
    "end-of-old-track-honoured",
    "the end of a lane that was already replaced moves the queue on",
  ),
  without(
    playerMachine,
    "hasTarget",
    "aim-without-target-ignored",
    "with a track chosen a seek does nothing",
    never,
  ),
  without(
    playerMachine,
    "needsStandIn",
    "no-stand-in",
    "the original never stands in for an enhanced variant that is being analysed",
    never,
  ),
  without(
    playerMachine,
    "isAwaited",
    "awaited-variant-forgotten",
    "when the analysis is done nobody switches to the enhanced variant",
    never,
  ),
  without(
    playerMachine,
    "isSameVariant",
    "variant-choice-ignored",
    "a choice of variant counts as the one that is chosen already",
  ),
  without(
    playerMachine,
    "isSounding",
    "failure-hides-behind-silence",
    "an intention that failed is given up for what sounded, although nothing sounds any more",
  ),
  without(
    preloaderMachine,
    "isNewer",
    "older-intention-replaces-newer",
    "no intention is ever newer than the one being prepared",
    never,
  ),
  without(
    preloaderMachine,
    "isPrepared",
    "committed-before-it-is-prepared",
    "a lane is committed as soon as anything was measured of it",
  ),
  without(
    linkMachine,
    "isCurrent",
    "no-connection-is-current",
    "what the current connection says of itself is taken for an old one's",
    never,
  ),
  without(
    outputMachine,
    "isWanted",
    "rebuilt-output-stays-locked",
    "a context that was rebuilt while playing waits for another click",
    never,
  ),
  without(
    queueMachine,
    "hasPlace",
    "queue-does-not-move",
    "Next, Previous and the end of a track find no place",
    never,
  ),
  without(
    queueMachine,
    "isInside",
    "choice-outside-the-list",
    "no place is inside the list",
    never,
  ),
  without(
    queueMachine,
    "isPassedOver",
    "failed-track-not-passed-over",
    "a track that nobody chose and that cannot be had is not passed over",
    never,
  ),
  {
    name: "commit-not-recorded",
    what: "the player does not note which lane was committed",
    guard: "player: recordCommit",
    planting: {
      by: "provide",
      machine: playerMachine,
      provided: { actions: { recordCommit: nothing } },
    },
  },
  {
    name: "generation-not-raised",
    what: "a seek is posted under the generation of the intention before it",
    guard: "player: raiseGeneration",
    planting: {
      by: "provide",
      machine: playerMachine,
      provided: { actions: { raiseGeneration: nothing } },
    },
  },
  {
    name: "epoch-never-learned",
    what: "the link does not remember the epoch that it was welcomed with",
    guard: "link: rememberEpoch",
    planting: {
      by: "provide",
      machine: linkMachine,
      provided: { actions: { rememberEpoch: nothing } },
    },
  },
  {
    name: "frozen-output-not-noticed",
    what: "a context whose clock stands still is waited for for ever",
    guard: "output: frozen",
    planting: { by: "provide", machine: outputMachine, provided: { delays: { frozen: 1e9 } } },
  },
  {
    name: "old-sockets-words-counted",
    what: "what an old socket still says is counted for the new connection",
    guard: "linkActor: connection !== this.connection",
    planting: {
      by: "source",
      file: "src/actors/pageWorker/linkActor.ts",
      find: "if (connection !== this.connection || this.ref.getSnapshot()",
      replace: "if (this.ref.getSnapshot()",
    },
  },
  {
    name: "silence-not-noticed",
    what: "a connection on which nothing comes any more is kept",
    guard: "linkActor: beat",
    planting: {
      by: "source",
      file: "src/actors/pageWorker/linkActor.ts",
      find: "if (this.now() - this.heardAt > patience)",
      replace: "if (this.now() - this.heardAt > 1e9 * patience)",
    },
  },
  {
    name: "reconnects-at-once",
    what: "a connection that failed is made again without a pause",
    guard: "link: backoff",
    planting: {
      by: "source",
      file: "src/actors/pageWorker/linkActor.ts",
      find: "return backoffMinMs + ports.random.uniform() * (ceiling - backoffMinMs);",
      replace: "return ceiling > 0 ? 0 : ports.random.uniform();",
    },
  },
  {
    name: "credit-of-the-old-connection",
    what: "bytes that came over the old connection are counted on the new one",
    guard: "linkActor: open",
    planting: {
      by: "source",
      file: "src/actors/pageWorker/linkActor.ts",
      find: "    this.received = 0;\n    this.bytes.urgent = this.bytes.bulk = 0;\n",
      replace: "",
    },
  },
  {
    name: "not-asked-again-after-reconnect",
    what: "after a reconnect the demand is not said again, for it has not changed",
    guard: "link: resync",
    planting: {
      by: "source",
      file: "src/actors/pageWorker.ts",
      find: "onLive: () => this.askAgain(),",
      replace: "onLive: () => this.update(),",
    },
  },
  {
    name: "window-counted-in-slices",
    what: "the window's budget is counted in slices, not in bytes",
    guard: "windowCache: bytes",
    planting: {
      by: "source",
      file: "src/machines/windowCache.ts",
      find: "        this.bytes_ += part.samples.byteLength;",
      replace: "        this.bytes_ += 1;",
    },
  },
  {
    name: "window-forgets-nothing",
    what: "slices outside of the window stay",
    guard: "windowKeeper: keep",
    planting: {
      by: "source",
      file: "src/actors/pageWorker/windowKeeper.ts",
      find: "for (const key of this.window.keys()) this.window.trim(key, kept.get(key) ?? []);",
      replace: "void kept;",
    },
  },
  {
    name: "checksum-of-slices-not-looked-at",
    what: "a slice that was damaged on its way is believed",
    guard: "slice: checksum",
    planting: {
      by: "source",
      file: "src/protocol/slice.ts",
      find: "if (checksum(frame) !== view.getUint32(checksumAt, true)) return undefined;",
      replace: "void checksum;",
    },
  },
  {
    name: "play-told-once",
    what: "a pause is told to the mixer, the play after it is not when nothing else changed",
    guard: "transportTeller",
    planting: {
      by: "source",
      file: "src/actors/page/transportTeller.ts",
      find: "    this.told = text;\n",
      replace:
        "    if (!playing) this.told = text;\n    else if (this.told === `false ${hold}`) return;\n",
    },
  },
  {
    name: "outdated-unless-known-to-sound",
    what: "the page forgets that a lane is of a file that is another now when it does not know yet that it sounds",
    guard: "player: noteOutdated",
    planting: {
      by: "source",
      file: "src/machines/player.machine.ts",
      find: 'event.type === "supply.outdated" ? event.generation : context.outdated',
      replace:
        'event.type === "supply.outdated" && context.heard?.generation === event.generation ? event.generation : context.outdated',
    },
  },
  {
    name: "why-it-failed-forgotten-when-made-anew",
    what: "what could not be had is told of no more when what sounds has been made anew",
    guard: "player: isAnew",
    planting: {
      by: "source",
      file: "src/machines/player.machine.ts",
      find: "isAnew: ({ context: { anew, generation } }) => anew === generation",
      replace: "isAnew: () => false",
    },
  },
];
