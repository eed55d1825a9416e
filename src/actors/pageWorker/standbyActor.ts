/** Standby actor: the machine that decides whether the other side of A/B is fetched, told what the listener does and
 *  what is held of the side that sounds. */
import { createActor, type ActorRefFrom } from "xstate";
import { standbyMachine } from "../../machines/standby.machine.ts";
import type { WindowCache } from "../../machines/windowCache.ts";
import type { PageWorkerConfig, PageWorkerPorts } from "../pageWorkerApi.ts";
import type { LanePlace, Reach } from "./windowKeeper.ts";

export class StandbyActor {
  readonly ref: ActorRefFrom<typeof standbyMachine>;
  private readonly window: WindowCache;
  private readonly isOn: boolean;

  constructor(window: WindowCache, { clock, inspect }: PageWorkerPorts, config: PageWorkerConfig) {
    this.window = window;
    this.isOn = config.standbyAheadSeconds > 0;
    this.ref = createActor(standbyMachine, { id: "worker/standby", clock, inspect });
    this.ref.start();
  }

  tell(playing: boolean): void {
    this.ref.send({ type: "transport.told", playing: playing && this.isOn });
  }

  /** Whether the other side is to be asked for.
   *  @param heard where what sounds is, null while something else is meant @param ahead frames that it may hold */
  isFilling(heard: LanePlace | null, ahead: number): boolean {
    this.ref.send({ type: "margin.measured", heldShare: heard && this.heldShare(heard, ahead) });
    return this.ref.getSnapshot().matches("filling");
  }

  stop(): void {
    this.ref.stop();
  }

  private heldShare({ key, at, rest }: LanePlace, ahead: Reach["ahead"]): number {
    const wanted = Math.min(ahead, rest);
    if (wanted <= 0) return 1;
    const until = key === null ? at : this.window.heldUntil(key, at, at + wanted);
    return (until - at) / wanted;
  }
}
