/** One player: a listener with a page, which he may reload or close. */
import type { Page, PageView } from "#engine/actors/pageApi.ts";
import type { ContextState } from "#engine/ports/output.ts";
import { PlaybackKeeper } from "#engine/actors/page/playbackKeeper.ts";
import { decodeSavedPlayback } from "#engine/protocol/savedPlayback.ts";
import type { Machine } from "./hostRun.ts";
import type { Ear } from "./judge/ear.ts";
import type { Listener } from "./judge/listener.ts";
import { PageLife } from "./pageLife.ts";
import { SimulatedMemory } from "./ports/simulatedMemory.ts";
import { soundPlatform } from "./ports/simulatedOutput.ts";
import { simulatedRate } from "./ports/tracks.ts";
import { virtualClock } from "./ports/virtualClock.ts";
import type { Deed } from "./scenario.ts";
import type { Realm } from "./world/realm.ts";
import { describe } from "./world/trace.ts";

export class PlayerRun {
  readonly name: string;
  readonly platform = soundPlatform();
  /** what others leave his pages of it */
  readonly memory: SimulatedMemory;
  /** false between two pages, and after the last */
  isThere = true;
  private readonly machine: Machine;
  private readonly number: number;
  private readonly lives: PageLife[] = [];
  /** writes down what the page shows, where that outlives it */
  private keeper: PlaybackKeeper | null = null;
  private written: string | null = null;
  /** what the next page finds of the one before it */
  private kept: string | null = null;

  /** @param number 0 or 1: names the player in labels and violations */
  constructor(machine: Machine, number: number) {
    this.machine = machine;
    this.number = number;
    this.memory = new SimulatedMemory(machine.world);
    this.name = `player ${number}`;
    this.load();
  }

  /** the page that is open, or was last */
  get life(): PageLife {
    return this.lives.at(-1)!;
  }
  get page(): Page {
    return this.life.page;
  }
  get ear(): Ear {
    return this.life.ear;
  }
  get listener(): Listener {
    return this.life.listener;
  }
  get pageRealm(): Realm {
    return this.life.pageRealm;
  }
  get workerRealm(): Realm {
    return this.life.workerRealm;
  }

  /** frames that were heard and found right, of all pages */
  get heardFrames(): number {
    return this.lives.reduce((sum, { ear }) => sum + ear.heardFrames, 0);
  }

  /** Lets somebody click as soon as the page can hear it; never, when there is none. */
  whenAwake(click: () => void): void {
    const { world } = this.machine;
    const { pageRealm } = this;
    if (!pageRealm.isBlocked(world.now)) return click();
    world.schedule(0, `${pageRealm.name}.awake`, click, pageRealm);
  }

  /** Gives a command, to the page and to the model of the listener alike. */
  command(deed: Deed): void {
    if (!this.isThere) return;
    const { page, listener, ear, pageRealm } = this;
    const { world } = this.machine;
    const view = page.view.getSnapshot();
    const shown = {
      track: view.track?.id ?? null,
      isListed: view.tracks.length > 0,
      rate: ear.rate || simulatedRate,
      seconds: view.positionSeconds,
      duration: view.durationSeconds,
    };
    const isPlaced = deed.type === "seek" || deed.type === "previous";
    ear.follow(shown, failureOf(view), isPlaced);
    // without an output the page says that first, whatever has ended before; what failed is tried again
    const endedUnseen = view.transport === "error" && ear.isSoundedOut;
    const hasEnded = view.transport === "ended" || endedUnseen;
    listener.command(deed, world.now, shown, hasEnded);
    world.trace?.mark("command", deed.type, describe(deed), pageRealm.name);
    switch (deed.type) {
      case "choose":
        return page.choose(deed.track);
      case "play":
        return page.play();
      case "pause":
        return page.pause();
      case "next":
        return page.next();
      case "previous":
        return page.previous();
      case "seek":
        return page.seek(deed.seconds);
      case "enhance":
        return page.setEnhance(deed.on);
      case "preset":
        return page.setPreset(deed.preset);
      case "intensity":
        return page.setIntensity(deed.percent);
      case "matchLoudness":
        return page.setMatchLoudness(deed.on);
      case "crossfade":
        return page.setCrossfade(deed.seconds);
    }
  }

  /** The system takes the audio device away for a while. @param state what it says meanwhile */
  takeAway(forMs: number, state: ContextState): void {
    const { device, pageRealm } = this.life;
    device?.setState(state);
    const label = `${pageRealm.name}.output.returned`;
    this.machine.world.schedule(forMs, label, () => device?.setState("running"), pageRealm);
  }

  /** The browser closes the context, or its device disappears. */
  closeOutput(): void {
    this.life.device?.setState("closed");
  }

  /** The context goes on saying that it runs, and does not. */
  freezeOutput(): void {
    this.life.device?.freeze();
  }

  /** The page is gone. @param isTold whether its connection is closed, or just falls silent
   *  @param forMs until it is there again, as a new one that knows nothing; null: never */
  vanish(isTold: boolean, forMs: number | null): void {
    if (!this.isThere) return;
    const { world, network } = this.machine;
    this.isThere = false;
    this.life.die();
    network.abandon(this.workerRealm, isTold);
    if (forMs !== null) world.schedule(forMs, `page${this.number}.load`, () => this.load());
  }

  /** What the page shows outlives it. */
  keep(): void {
    if (!this.isThere) return;
    this.keeper!.flush();
    this.kept = this.written;
  }

  /** The page is closed in good order. */
  leave(): void {
    if (!this.isThere) return;
    this.keeper?.leave();
    this.page.leave();
  }

  private load(): void {
    const { machine, number, lives, platform, memory } = this;
    const saved = decodeSavedPlayback(this.kept);
    this.kept = null;
    const around = { platform, memory, saved };
    lives.push(new PageLife(machine, { number, life: lives.length }, around));
    if (saved) this.listener.resume(saved, machine.world.now, simulatedRate);
    if (machine.keepsPlayback)
      this.keeper = new PlaybackKeeper(this.page.view, saved, {
        storage: {
          write: (text) => {
            this.written = text;
          },
        },
        clock: virtualClock(machine.world, this.pageRealm),
      });
    this.isThere = true;
  }
}

function failureOf({ fault, pending, transport }: PageView): "goesOn" | "silent" | null {
  if (transport === "error") return "silent";
  return fault && pending === "" ? "goesOn" : null;
}
