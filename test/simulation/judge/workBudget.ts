/** Work budget: what the system does on its own account is bounded by what it was told to do. A leaky
 *  bucket: every event of work fills it, time and every command or fault empty it. Sound itself, and the
 *  reports that the mixer makes in a steady rhythm, are no work. */
import { players, type Climate } from "../scenario.ts";
import { simulatedHostConfig, simulatedPageWorkerConfig } from "../simulatedConfig.ts";
import { simulatedRate } from "../ports/tracks.ts";
import type { World } from "../world/world.ts";
import type { Docket } from "./docket.ts";

/** Measured over 40 seeds: some 20 events of work a second in calm, at most about 1000 in the bucket. With small
 *  slices there is more to do for the same sound. */
const eventsPerSecondAnyway = 45;
const eventsPerSlice = 10;
/** bytes that a player hears in a second: frames of two channels in 16 bits */
const soundBytesPerSecond = 4 * simulatedRate;
const eventsPerCommand = 300;
const eventsMax = 3000;

const rhythm = /\.pull$|\.clock$|mixer\/state$|^inspection$/;
const cause = /^(command|fault)\./;

/** connections begun ahead of what the shortest pause between two attempts allows; a fault or command may
 *  bring on some of its own */
const connectsMax = 16;
const connectsPerCause = 2;
const connectsPerSecond = (2 * 1000) / simulatedPageWorkerConfig.backoffMinMs;

type Kind = "rhythm" | "cause" | "work";

export class WorkBudget {
  private readonly world: World;
  private readonly docket: Docket;
  private readonly eventsPerSecond: number;
  private readonly kinds = new Map<string, Kind>();
  private level = 0;
  private sinceMs = 0;
  private connects = 0;

  constructor(world: World, docket: Docket, climate?: Climate) {
    this.world = world;
    this.docket = docket;
    const { sliceBytesMax } = simulatedHostConfig(1, climate);
    const slicesPerSecond = (players * soundBytesPerSecond) / sliceBytesMax;
    this.eventsPerSecond = eventsPerSecondAnyway + slicesPerSecond * eventsPerSlice;
  }

  /** An event with this label has run. */
  spend(label: string): void {
    const kind = this.kindOf(label);
    if (kind === "rhythm") return;
    const { now } = this.world;
    const drained = this.level - ((now - this.sinceMs) / 1000) * this.eventsPerSecond;
    const passed = (now - this.sinceMs) / 1000;
    this.sinceMs = now;
    const connected = label === "net.connect" ? 1 : kind === "cause" ? -connectsPerCause : 0;
    this.connects = Math.max(0, this.connects - passed * connectsPerSecond + connected);
    if (this.connects > connectsMax) this.docket.accuse("livelock", "a storm of connections");
    this.level = Math.max(0, drained + (kind === "cause" ? -eventsPerCommand : 1));
    if (this.level > eventsMax)
      this.docket.accuse("livelock", `more work than ${eventsMax} events ahead of what was asked`);
  }

  private kindOf(label: string): Kind {
    let kind = this.kinds.get(label);
    if (!kind) {
      kind = rhythm.test(label) ? "rhythm" : cause.test(label) ? "cause" : "work";
      this.kinds.set(label, kind);
    }
    return kind;
  }
}
