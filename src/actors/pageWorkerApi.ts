/** What the page worker's root is handed: it owns the socket, the window cache and the mixer's feed. */
import type { InspectionEvent } from "xstate";
import type { Clock } from "../ports/clock.ts";
import type { MemoryGauge } from "../ports/memoryGauge.ts";
import type { Port } from "../ports/messagePort.ts";
import type { Random } from "../ports/random.ts";
import type { Connect } from "../ports/socket.ts";
import type { PaceBounds } from "../machines/linkPace.ts";
import { limits, type Lane } from "../protocol/limits.ts";

export type PageWorkerPorts = {
  readonly clock: Clock;
  readonly random: Random;
  readonly connect: Connect;
  /** how short of memory the page is; left out where nobody can tell */
  readonly memory?: MemoryGauge;
  /** towards the page */
  readonly page: Port;
  /** wraps what `page/mixer` handed over: the mixer's feed port */
  readonly openMixer: (port: unknown) => Port;
  /** hears what xstate tells of every actor of the page worker, from the first on */
  readonly inspect?: (event: InspectionEvent) => void;
};

export type PageWorkerConfig = {
  readonly behindSeconds: number;
  readonly aheadSeconds: number;
  /** around the playhead on the other side of A/B, behind all that is meant; none ahead: nothing of it is fetched */
  readonly standbyBehindSeconds: number;
  readonly standbyAheadSeconds: number;
  /** bytes of slices held at most, where the device has memory to spare */
  readonly windowBytes: number;
  /** bytes of them that are left when it has none; a few seconds of three lanes */
  readonly windowBytesMin: number;
  /** bytes of one slice at most */
  readonly sliceBytesMax: number;
  /** seconds that the mixer is kept filled ahead */
  readonly mixerSeconds: number;
  /** seconds of the target that must be there before it may be committed */
  readonly preparedSeconds: number;
  /** as many at most, on a line on which something that was lost comes late */
  readonly preparedSecondsMax: number;
  /** bytes under way on each lane: as many as the line takes, within these */
  readonly credit: Readonly<Record<Lane, PaceBounds>>;
  readonly heartbeatMs: number;
  /** bounds of the adaptive heartbeat timeout, ms */
  readonly silenceMinMs: number;
  readonly silenceMaxMs: number;
  readonly backoffMinMs: number;
  readonly backoffMaxMs: number;
};
export const defaultPageWorkerConfig: PageWorkerConfig = {
  behindSeconds: 10,
  aheadSeconds: 30,
  standbyBehindSeconds: 2,
  standbyAheadSeconds: 8,
  windowBytes: 10_000_000,
  windowBytesMin: 3_000_000,
  sliceBytesMax: limits.sliceBytesMax,
  mixerSeconds: 2.5,
  preparedSeconds: 0.1,
  preparedSecondsMax: 0.5,
  credit: {
    urgent: { min: 64 * 1024, max: 256 * 1024 },
    bulk: { min: 64 * 1024, max: 192 * 1024 },
  },
  heartbeatMs: 2000,
  silenceMinMs: 3000,
  silenceMaxMs: 15_000,
  backoffMinMs: 250,
  backoffMaxMs: 5000,
};
export type PageWorker = { readonly stop: () => void };
