/** Builds the root that a tape tells of, on hollow ports, and says how the tape may speak to it. */
import * as z from "zod/mini";
import type { Host, HostConfig } from "#engine/actors/hostApi.ts";
import type { Page, PageConfig } from "#engine/actors/pageApi.ts";
import {
  defaultPageWorkerConfig,
  type PageWorker,
  type PageWorkerConfig,
} from "#engine/actors/pageWorkerApi.ts";
import { recordHost } from "#engine/actors/tape/recordHost.ts";
import { recordPage } from "#engine/actors/tape/recordPage.ts";
import { recordPageWorker } from "#engine/actors/tape/recordPageWorker.ts";
import { RootTape } from "#engine/actors/tape/rootTape.ts";
import { rootKind, type HearLine, type TapeAsk } from "#engine/protocol/tape.ts";
import { shippedRoots, type Roots } from "../roots.ts";
import { simulatedHostConfig } from "../simulatedConfig.ts";
import {
  hollowHostPorts,
  hollowPagePorts,
  hollowPageWorkerPorts,
  hollowSocket,
} from "./hollowPorts.ts";
import { trackDecoder } from "./decodeTracks.ts";
import { decodeValue } from "./decodeValue.ts";
import { refused, type NumberedLine } from "./readTape.ts";
import { TapePlayer } from "./tapePlayer.ts";

export type ReplayedRoot = {
  readonly player: TapePlayer;
  /** Runs the constructor. */
  readonly begin: () => void;
  /** what is wrong with the root's books between two lines */
  readonly audit: () => readonly string[];
};

/** @param lines of one root, `begin` first @throws TapeRefused when its configuration is none */
export function replayRoot(
  name: string,
  lines: readonly NumberedLine[],
  roots: Roots = shippedRoots,
): ReplayedRoot {
  switch (rootKind(name)) {
    case "host":
      return replayHost(name, lines, roots);
    case "page":
      return replayPage(name, lines, roots);
    case "worker":
      return replayPageWorker(name, lines, roots);
  }
}

function replayHost(name: string, lines: readonly NumberedLine[], roots: Roots): ReplayedRoot {
  const { slots, ...config } = configOf<HostConfig & { slots: number }>(lines[0]!, {
    ...simulatedHostConfig(1),
    token: null,
    slots: 1,
  });
  let host: Host | undefined;
  const cancels = new Map<number, () => void>();
  const player = playerOf(name, lines, ({ ask, call, report }) => {
    const number = call ?? -1;
    switch (ask) {
      case "accept":
        host!.accept(hollowSocket(player, number));
        return true;
      case "openRendition":
        cancels.set(
          number,
          host!.openRendition(decodeValue(report) as never, () => undefined),
        );
        return true;
      case "readSegment":
        cancels.set(
          number,
          host!.readSegment(decodeValue(report) as never, () => undefined),
        );
        return true;
      case "cancel":
        cancels.get(number)?.();
        return true;
      case "stop":
        host!.stop(() => undefined);
        return true;
      default:
        return false;
    }
  });
  const create = recordHost(roots.createHost, player.tape);
  return {
    player,
    begin: () => {
      host = player.begin(() => create(hollowHostPorts(player, slots), config));
    },
    audit: () => host?.audit() ?? [],
  };
}

const listenerAsks: ReadonlySet<string> = new Set<TapeAsk & keyof Page>([
  "play",
  "pause",
  "choose",
  "next",
  "previous",
  "seek",
  "setEnhance",
  "setPreset",
  "setIntensity",
  "setVolume",
  "setMatchLoudness",
  "setCrossfade",
  "leave",
]);

function replayPage(name: string, lines: readonly NumberedLine[], roots: Roots): ReplayedRoot {
  const config = configOf<PageConfig>(lines[0]!, { url: "", player: "", defaultRate: 1 });
  let page: Page | undefined;
  const player = playerOf(name, lines, ({ ask, report }) => {
    if (!listenerAsks.has(ask!)) return false;
    const words = decodeValue(report ?? []) as unknown[];
    (page as unknown as Record<string, (...words: unknown[]) => void>)[ask!]!(...words);
    return true;
  });
  player.decoders.set("tracks", trackDecoder());
  const create = recordPage(roots.createPage, player.tape);
  return {
    player,
    begin: () => {
      page = player.begin(() => create(hollowPagePorts(player), config));
    },
    audit: () => [],
  };
}

function replayPageWorker(
  name: string,
  lines: readonly NumberedLine[],
  roots: Roots,
): ReplayedRoot {
  const config = configOf<PageWorkerConfig>(lines[0]!, defaultPageWorkerConfig);
  let worker: PageWorker | undefined;
  const player = playerOf(name, lines, ({ ask }) => {
    if (ask !== "stop") return false;
    worker!.stop();
    return true;
  });
  const create = recordPageWorker(roots.createPageWorker, player.tape);
  return {
    player,
    begin: () => {
      worker = player.begin(() => create(hollowPageWorkerPorts(player), config));
    },
    audit: () => [],
  };
}

function playerOf(
  name: string,
  lines: readonly NumberedLine[],
  ask: (line: HearLine) => boolean,
): TapePlayer {
  const player = new TapePlayer(name, lines, ask);
  player.tape = new RootTape(name, { now: () => player.nowMs }, player.sink);
  return player;
}

/** @param like has the same fields, of the same types, or null where anything may stand */
function configOf<Config>({ line, number }: NumberedLine, like: object): Config {
  const shape = Object.fromEntries(
    Object.entries(like).map(([field, value]) => [
      field,
      value === null ? z.unknown() : typed(value),
    ]),
  );
  const begin = "begin" in line ? line.begin : {};
  if (!z.looseObject(shape).safeParse(begin).success)
    throw refused(number, "the root's configuration is incomplete");
  return decodeValue(begin) as Config;
}

function typed(value: unknown) {
  switch (typeof value) {
    case "number":
      return z.number();
    case "string":
      return z.string();
    default:
      return z.looseObject({});
  }
}
