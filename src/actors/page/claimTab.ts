/** Of several tabs one sounds: a page that is told to be silent by the tab that took over, and says so. */
import { createActor, type InspectionEvent } from "xstate";
import { tabClaimMachine } from "../../machines/tabClaim.machine.ts";
import type { Clock } from "../../ports/clock.ts";
import type { OpenTabClaim, TabClaim, TabClaimReport } from "../../ports/tabClaim.ts";
import type { ActorLine, Page, PageView } from "../pageApi.ts";
import { describeActors } from "../watchActors.ts";
import { LiveValue } from "./liveValue.ts";

/** @param page what sounds, or not; the page that is returned is used in its stead */
export function claimTab(
  page: Page,
  ports: {
    readonly clock: Clock;
    readonly openTabClaim: OpenTabClaim;
    readonly inspect?: (event: InspectionEvent) => void;
  },
): Page {
  const claim: TabClaim = ports.openTabClaim(({ type }: TabClaimReport) =>
    actor.send({ type: `claim.${type}` }),
  );
  const actor = createActor(
    tabClaimMachine.provide({
      actions: {
        take: () => claim.take(),
        giveBack: () => claim.giveBack(),
        pause: () => page.pause(),
      },
    }),
    { id: "page/tabClaim", clock: ports.clock, inspect: ports.inspect },
  );
  const view = new LiveValue((): PageView => {
    const own = page.view.getSnapshot();
    const elsewhere = actor.getSnapshot().matches("silent");
    if (!elsewhere) return own;
    const status = own.fault ? own.status : "Plays in another tab.";
    return { ...own, elsewhere, status };
  });
  const inspect = new LiveValue((): readonly ActorLine[] => [
    ...page.inspect.getSnapshot(),
    ...describeActors([actor]).map((line) => ({ side: "page" as const, ...line })),
  ]);
  let wasPlaying = false;
  const seen = page.view.subscribe(({ playing }) => {
    if (playing !== wasPlaying) actor.send({ type: playing ? "sound.wanted" : "sound.ended" });
    wasPlaying = playing;
    view.changed();
  });
  const inspected = page.inspect.subscribe(() => inspect.changed());
  actor.subscribe(() => {
    view.changed();
    inspect.changed();
  });
  actor.start();
  return {
    ...commandsOf(page),
    view,
    inspect,
    leave: () => {
      seen.unsubscribe();
      inspected.unsubscribe();
      claim.close();
      actor.stop();
      page.leave();
    },
  };
}

function commandsOf(page: Page): Omit<Page, "view" | "inspect" | "leave"> {
  return {
    play: () => page.play(),
    pause: () => page.pause(),
    choose: (track) => page.choose(track),
    next: () => page.next(),
    previous: () => page.previous(),
    seek: (seconds) => page.seek(seconds),
    setEnhance: (on) => page.setEnhance(on),
    setPreset: (preset) => page.setPreset(preset),
    setIntensity: (percent) => page.setIntensity(percent),
    setVolume: (gain) => page.setVolume(gain),
    setMatchLoudness: (on) => page.setMatchLoudness(on),
    setCrossfade: (seconds) => page.setCrossfade(seconds),
  };
}
