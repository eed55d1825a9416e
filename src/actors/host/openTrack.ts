/** Open track: what the host keeps of one, beside its machine, and who uses it for what. */
import type { ActorRefFrom } from "xstate";
import { isBeingPrepared, type TrackContext } from "../../machines/trackContext.ts";
import type { trackProcessorMachine } from "../../machines/trackProcessor.machine.ts";
import type { HeldRenditions } from "../../machines/renditionOf.ts";
import type { VariantBook } from "../../machines/variantBook.ts";
import type { Fault } from "../../protocol/faults.ts";
import type { TrackId } from "../../protocol/limits.ts";
import type { SpecOwner } from "./renderSpecs.ts";
import type { TrackJobs } from "./trackJobs.ts";

/** What a user of a track hears. Neither is called before `take` has returned. */
export type TrackListener = {
  readonly changed: () => void;
  /** the file is another one now: give the track back, and take it anew if need be */
  readonly expired: (why: Fault) => void;
};

/** Somebody who would like a track to be ready, and does not wait for it. */
export type SpareListener = TrackListener & {
  /** somebody waits for decoder or analysis: give the track back */
  readonly gaveWay: () => void;
};

export type TrackActor = ActorRefFrom<ReturnType<typeof trackProcessorMachine>>;

export type OpenTrack = SpecOwner & {
  readonly id: string;
  readonly track: TrackId;
  readonly actor: TrackActor;
  readonly book: VariantBook;
  readonly jobs: TrackJobs;
  readonly listeners: Set<TrackListener>;
  /** those of the listeners who do not wait */
  readonly spares: Set<SpareListener>;
  /** those of the listeners who hear a neighbour of it in their album */
  readonly neighbours: Set<TrackListener>;
  checkedAtMs: number;
  /** by whoever took it last while nobody heard it */
  held: HeldRenditions | null;
};

/** Whether somebody is to hear it. */
export function isUsed({ listeners, spares, neighbours }: OpenTrack): boolean {
  return listeners.size > spares.size + neighbours.size;
}

/** Whether it needs decoder, analysis or measurement. */
export function isBusy(open: OpenTrack): boolean {
  const context = contextOf(open);
  return isBeingPrepared(context) || context.measuring !== null;
}

/** Whether somebody waits for decoder, analysis or measurement of it. */
export function isWaitedFor(open: OpenTrack): boolean {
  if (isUsed(open)) return isBusy(open);
  const { total, fault } = contextOf(open);
  return open.neighbours.size > 0 && total === null && fault === null;
}

/** What its machine knows now. */
export function contextOf(open: { readonly actor: TrackActor }): TrackContext {
  return open.actor.getSnapshot().context;
}
