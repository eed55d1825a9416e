/** The AudioContext and its worklet: the production lane mixer, pulled in quanta by the virtual clock
 *  while the context runs. Whatever it emits is what a listener would hear. */
import { LaneMixer } from "#engine/audio/laneMixer.ts";
import type { ContextState, OpenOutput, OutputReport } from "#engine/ports/output.ts";
import type { Emit } from "#engine/ports/port.ts";
import { fault } from "#engine/protocol/faults.ts";
import type { MixerControl, MixerFeed, MixerReport } from "#engine/protocol/mixerMessages.ts";
import type { Realm } from "../world/realm.ts";
import type { World } from "../world/world.ts";
import { messageChannel, type ChannelDelay, type PortCloakroom } from "./messageChannel.ts";

/** Frames of one pull. */
export const quantumFrames = 8;

/** The part of the lane mixer that the worklet uses. */
export type Mixer = Pick<LaneMixer, "control" | "feed" | "process">;
export type BuildMixer = (rate: number, report: (report: MixerReport) => void) => Mixer;

/** Hears what the speakers would get. */
export type Ear = {
  /** a new context, of this rate */
  readonly opened: (rate: number) => void;
  /** the mixer has just been told this by the page */
  readonly told: (message: MixerControl) => void;
  /** the mixer reports this, now */
  readonly reported: (report: MixerReport) => void;
  /** one quantum; the arrays are overwritten by the next */
  readonly quantum: (left: Float32Array, right: Float32Array, frames: number) => void;
  /** the context stopped or runs (again): sound may break off */
  readonly running: (isRunning: boolean) => void;
};

export type OutputWorld = {
  readonly world: World;
  readonly page: Realm;
  /** the page's audio thread: goes on when the page is busy */
  readonly audio: Realm;
  /** where the feed port is received */
  readonly worker: Realm;
  readonly cloakroom: PortCloakroom;
  readonly buildMixer: BuildMixer;
  readonly ear: Ear;
  readonly portDelay: ChannelDelay;
  readonly platform: Platform;
};

/** How the browser and the system treat every context of a page. */
export type Platform = {
  /** until then, ms, a context that is asked to run waits for a gesture */
  lockedUntil: number;
  /** ms that the next context takes to come about */
  slowMs: number;
  /** contexts that will not come about */
  failures: number;
  /** ms by which what the audio thread says is late at most */
  lateMs: number;
};
export const soundPlatform = (): Platform => ({
  lockedUntil: 0,
  slowMs: 0,
  failures: 0,
  lateMs: 0,
});

export const buildLaneMixer: BuildMixer = (rate, report) => new LaneMixer({ rate }, report);

/** How the platform treats contexts; faults call it. */
export type OutputHandle = {
  readonly setState: (state: ContextState) => void;
  /** says that it runs, and stands still for ever */
  readonly freeze: () => void;
};

/** @param onOpen hears of every device, so that faults can reach it */
export function simulatedOutput(
  parts: OutputWorld,
  onOpen: (device: OutputHandle) => void = () => undefined,
): OpenOutput {
  const { world, page, audio, worker, cloakroom, buildMixer, ear, portDelay, platform } = parts;
  const random = page.random.fork("output");
  const delay = { ...portDelay, lateMs: () => platform.lateMs };
  const mixerName = page.name.replace("page", "mixer");

  return ({ rate }, emitNow) => {
    let state: ContextState = "suspended";
    let isClosed = false;
    let isFrozen = false;
    let isWanted = false;
    let consumed = 0;
    let toldFrames = 0;
    let pulling = false;
    const emit: Emit<OutputReport> = (report) => {
      if (!isClosed) emitNow(report);
    };
    const [control, controlEnd] = messageChannel(
      world,
      `${page.name}.mixer`,
      [page, audio],
      delay,
      [page.name, mixerName],
    );
    const [feed, feedEnd] = messageChannel(world, `${worker.name}.feed`, [worker, audio], delay, [
      worker.name,
      mixerName,
    ]);
    const mixer = buildMixer(rate, (report) => {
      if (report.type === "lane/committed") world.happen(`${page.name}.mixer.tookOver`);
      ear.reported(report);
      controlEnd.post(report);
      feedEnd.post(report);
    });
    controlEnd.listen((message) => {
      mixer.control(message as MixerControl);
      ear.told(message as MixerControl);
    });
    feedEnd.listen((message) => mixer.feed(message as MixerFeed));
    control.listen((message) => {
      // as the adapter does: a hidden tab slows timers down, not messages
      tellClock();
      emit({ type: "mixer", message });
    });

    const left = new Float32Array(quantumFrames);
    const right = new Float32Array(quantumFrames);
    const quantumMs = (quantumFrames / rate) * 1000;
    const pull = (): void => {
      if (isClosed || isFrozen || state !== "running") {
        pulling = false;
        return;
      }
      mixer.process([left, right], quantumFrames);
      ear.quantum(left, right, quantumFrames);
      consumed += quantumFrames;
      world.schedule(quantumMs, `${page.name}.pull`, pull, audio);
    };
    const tellClock = (): void => {
      // a clock that stands still is not told
      if (state !== "running" || consumed < toldFrames + rate / 5) return;
      toldFrames = consumed;
      emit({ type: "clock", seconds: consumed / rate });
    };
    const tick = (): void => {
      if (isClosed) return;
      tellClock();
      world.schedule(Math.max(400, page.timerGridMs ?? 0), `${page.name}.clock`, tick, page);
    };
    const setState = (next: ContextState): void => {
      if (isClosed || state === next || state === "closed") return;
      state = next;
      ear.running(next === "running");
      emit({ type: "state", state: next });
      if (next === "running" && !pulling) {
        pulling = true;
        world.schedule(random.between(0, quantumMs), `${page.name}.pull`, pull, audio);
      }
    };
    const later = (label: string, maxMs: number, run: () => void, afterMs = 0): void => {
      world.schedule(afterMs + random.between(1, maxMs), `${page.name}.${label}`, run, page);
    };

    const { slowMs } = platform;
    platform.slowMs = 0;
    const create = (): void => {
      if (isClosed) return;
      if (platform.failures > 0) {
        platform.failures--;
        emit({ type: "failed", fault: fault("audio-unavailable", "No sound: no device") });
        return;
      }
      ear.opened(rate);
      emit({ type: "created", rate, feed: cloakroom.leave(feed) });
      emit({ type: "state", state });
      tick();
    };
    later("output.created", 40, create, slowMs);
    const freeze = (): void => {
      isFrozen = true;
      ear.running(false);
    };
    onOpen({ setState, freeze });
    return {
      resume: () => {
        isWanted = true;
        const lockedMs = Math.max(0, platform.lockedUntil - world.now);
        const run = (): void => {
          if (isWanted) setState("running");
        };
        later("output.resumed", 60, run, lockedMs);
      },
      suspend: () => {
        isWanted = false;
        later("output.suspended", 40, () => setState("suspended"));
      },
      post: (message) => control.post(message),
      close: () => {
        isClosed = true;
        ear.running(false);
        for (const port of [control, controlEnd, feed, feedEnd]) port.close();
      },
    };
  };
}
