/** Failures: what becomes of an intention, or of what sounds, when the host says that it cannot be had, or
 *  that it is another now. */
import type { ActorRefFrom } from "xstate";
import type { preloaderMachine } from "../../machines/preloader.machine.ts";
import type { Rendition } from "../../protocol/hostMessages.ts";
import type { PageReport } from "../../protocol/pageMessages.ts";
import type { LaneFeeder } from "./laneFeeder.ts";
import type { Supply } from "./supply.ts";

export class Failures {
  private readonly preloader: ActorRefFrom<typeof preloaderMachine>;
  private readonly supply: Supply;
  private readonly send: (report: PageReport) => void;
  private toldOutdated = "";

  /** @param send tells the page */
  constructor(
    preloader: ActorRefFrom<typeof preloaderMachine>,
    supply: Supply,
    send: (report: PageReport) => void,
  ) {
    this.preloader = preloader;
    this.supply = supply;
    this.send = send;
  }

  /** A rendition is told of: the intention that is being prepared for it may have failed. */
  notice(rendition: Rendition): void {
    const snapshot = this.preloader.getSnapshot();
    const { intention } = snapshot.context;
    if (rendition.status !== "failed" || !intention) return;
    if (!snapshot.matches({ intention: "preparing" })) return;
    const { generation, track, variant, rate } = intention;
    if (rendition.track !== track || rendition.variant !== variant || rendition.rate !== rate)
      return;
    this.preloader.send({ type: "intention.failed" });
    this.send({ type: "page/fault", generation, fault: rendition.fault });
  }

  /** What sounded has run out: it is asked for again, or there will be no more of it.
   *  @param generation whose lane it is */
  noticeLoss(generation: number | null): void {
    const snapshot = this.preloader.getSnapshot();
    const { heard } = snapshot.context;
    if (heard === null || heard.generation !== generation) return;
    if (snapshot.matches({ intention: "preparing" })) return;
    const rendition = this.supply.of(heard.track, heard.variant, heard.rate);
    if (rendition?.status !== "failed") return;
    if (rendition.fault.retryable) this.preloader.send({ type: "answer.failed" });
    else this.send({ type: "page/fault", generation: heard.generation, fault: rendition.fault });
  }

  /** What sounds is of a file that is another now: the page may want the new one, from the same place on.
   *  Told once. */
  noticeOutdated(feeder: Pick<LaneFeeder, "keyOf">): void {
    const snapshot = this.preloader.getSnapshot();
    const { heard } = snapshot.context;
    if (heard === null || !snapshot.matches({ intention: "steady" })) return;
    const { generation } = heard;
    const old = feeder.keyOf(generation);
    const now = this.supply.ready(heard)?.key;
    if (old === undefined || now === undefined || old === now) return;
    const text = `${generation} ${snapshot.context.intention?.generation} ${now}`;
    if (text === this.toldOutdated) return;
    this.toldOutdated = text;
    const waits = { waitsFor: null, progress: null };
    this.send({ type: "supply/state", generation, phase: "outdated", ...waits });
  }
}
