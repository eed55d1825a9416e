/** Faults of the disk that holds the host's cache. */
import { fault, type Fault } from "#engine/protocol/faults.ts";
import type { DiskMedium } from "../ports/simulatedDisk.ts";
import type { SeededRandom } from "../world/seededRandom.ts";
import { faultKind, instant, nothingElse, type Levers } from "./faultKind.ts";

type Spell = { readonly forMs: number };
const spell = (random: SeededRandom): Spell => ({ forMs: random.between(500, 10_000) });
const spellMs = ({ forMs }: Spell): number => forMs;
const picked = (random: SeededRandom): { readonly pick: number } => ({ pick: random.next() });

type Operation = "readFault" | "writeFault" | "removeFault";

/** Some kinds of operations fail for a while. The first of two such spells to end ends both. */
function failing(operations: readonly Operation[], why: Fault) {
  return ({ medium, world }: Levers, { forMs }: Spell): void => {
    for (const operation of operations) medium[operation] = why;
    world.schedule(forMs, "disk.sound", () => {
      for (const operation of operations) medium[operation] = null;
    });
  };
}

const ioError = fault("disk-failed", "EIO: i/o error");

export const diskFaults = [
  /** one file changes by a bit */
  faultKind({
    type: "rot",
    weight: 1,
    draw: picked,
    lastsMs: instant,
    strike: ({ medium }, { pick }) => void medium.rot(pick),
  }),
  /** one file loses its end */
  faultKind({
    type: "truncate",
    weight: 1,
    draw: picked,
    lastsMs: instant,
    strike: ({ medium }, { pick }) => void medium.truncate(pick),
  }),
  /** some files change names with each other */
  faultKind({
    type: "filesExchanged",
    weight: 1,
    draw: (random) => ({ pick: random.next(), pairs: 1 + random.below(4) }),
    lastsMs: instant,
    strike: ({ medium }, { pick, pairs }) => {
      for (let pair = 0; pair < pairs; pair++) medium.exchange(pick + 2 * pair);
    },
  }),
  /** every write fails for a while: there is no space */
  faultKind({
    type: "diskFull",
    weight: 1,
    draw: spell,
    lastsMs: spellMs,
    strike: failing(["writeFault"], fault("disk-full", "no space is left")),
  }),
  /** every write fails for a while: the device is ill */
  faultKind({
    type: "writesFail",
    weight: 1,
    draw: spell,
    lastsMs: spellMs,
    strike: failing(["writeFault"], ioError),
  }),
  /** nothing can be written or removed for a while */
  faultKind({
    type: "readOnly",
    weight: 1,
    draw: spell,
    lastsMs: spellMs,
    strike: failing(["writeFault", "removeFault"], fault("disk-failed", "EROFS: read-only")),
  }),
  /** every read fails for a while */
  faultKind({
    type: "readsFail",
    weight: 1,
    draw: spell,
    lastsMs: spellMs,
    strike: failing(["readFault"], ioError),
  }),
  /** the next few reads get the beginning of their file, and no error */
  faultKind({
    type: "shortReads",
    weight: 1,
    draw: (random) => ({ times: 1 + random.below(4) }),
    lastsMs: instant,
    strike: ({ medium }, { times }) => {
      medium.shortReads += times;
    },
  }),
  /** everything that the disk does takes long */
  faultKind({
    type: "slowDisk",
    weight: 1,
    draw: (random) => ({ ...spell(random), byMs: random.between(200, 3000) }),
    // what was begun last takes as long
    lastsMs: ({ forMs, byMs }) => forMs + byMs,
    strike: ({ medium, world }, { forMs, byMs }) => {
      medium.sluggishMs = byMs;
      world.schedule(forMs, "disk.swift", () => {
        medium.sluggishMs = 0;
      });
    },
  }),
  /** somebody deletes the cache folder while the host runs */
  faultKind({
    type: "wipe",
    weight: 1,
    draw: nothingElse,
    lastsMs: instant,
    strike: ({ medium }: { readonly medium: DiskMedium }) => medium.wipe(),
  }),
  /** the host dies, and cannot read its cache folder when it comes back */
  faultKind({
    type: "restartBlind",
    weight: 1,
    draw: (random) => ({ downMs: random.between(50, 4000) }),
    lastsMs: ({ downMs }) => downMs,
    strike: ({ medium, restartHost }, { downMs }) => {
      medium.listFault = ioError;
      restartHost(downMs, "crash");
    },
  }),
  /** the host dies, and its disk is slow when it comes back: players ask before it knows what lies there */
  faultKind({
    type: "restartSlowDisk",
    weight: 1,
    draw: (random) => ({
      downMs: random.between(50, 1000),
      byMs: random.between(2000, 8000),
    }),
    lastsMs: ({ downMs, byMs }) => downMs + 2 * byMs,
    strike: ({ medium, world, restartHost }, { downMs, byMs }) => {
      medium.sluggishMs = byMs;
      restartHost(downMs, "crash");
      world.schedule(downMs + byMs, "disk.swift", () => {
        medium.sluggishMs = 0;
      });
    },
  }),
] as const;
