/** Open track: what the host keeps of one, beside its machine, and who uses it for what. */
import type { ActorRefFrom } from "xstate";
import { isBeingPrepared, type TrackContext } from "../../machines/trackContext.ts";
import type { trackProcessorMachine } from "../../machines/trackProcessor.machine.ts";
import { besideIn, nothingBeside, type HeldRenditions } from "../../machines/renditionOf.ts";
import type { VariantBook } from "../../machines/variantBook.ts";
import type { Fault } from "../../protocol/faults.ts";
import type { Geometry } from "../../protocol/geometry.ts";
import type { Rendition } from "../../protocol/hostMessages.ts";
import type { RenderKey, TrackId } from "../../protocol/limits.ts";
import type { VariantName } from "../../protocol/variant.ts";
import type { RenderSpec, SpecOwner } from "./renderSpecs.ts";
import type { SurveyedSource } from "./surveyedSource.ts";
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

/** Somebody who will hear a track when another has ended. */
export type Follower = SpareListener;

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
  /** those of the listeners who are to hear it when something else has ended */
  readonly followers: Set<Follower>;
  /** the one of the spares who only wants its fingerprint, and nothing to listen to */
  surveyor: SpareListener | null;
  readonly surveyed: SurveyedSource;
  /** those of the listeners who hear a neighbour of it in their album */
  readonly neighbours: Set<TrackListener>;
  checkedAtMs: number;
  /** by whoever took it last while nobody heard it */
  held: HeldRenditions | null;
};

/** One user's hold on an open track. */
export type Taking = {
  /** Says that a variant is needed; `rendition` tells how it comes along. */
  readonly ask: (variant: VariantName) => void;
  readonly leave: (variant: VariantName) => void;
  /** State of an asked variant now. A ready one can be rendered as long as the track is open. */
  readonly rendition: (variant: VariantName, rate: number) => Rendition;
  /** Hz of the file; null until probed */
  readonly ownRate: () => number | null;
  /** What followed is meant: from now on somebody waits for it. */
  readonly promote: () => void;
  /** Looks at the file again, at most every two seconds. */
  readonly recheck: () => void;
  /** Gives the track back, and every variant still asked for. */
  readonly release: () => void;
};

/** A survey's hold on an open track. */
export type Surveyed = {
  /** whether its fingerprint is known, or why it cannot be */
  readonly standing: () => "preparing" | "known" | Fault;
  /** Gives it back, and what was decoded for the survey alone. */
  readonly release: () => void;
};

/** Whether somebody is to hear it. */
export function isUsed({ listeners, spares, neighbours }: OpenTrack): boolean {
  return listeners.size > spares.size + neighbours.size;
}

/** Whether nobody wants more of it than its fingerprint. */
export function isForSurvey({ listeners, surveyor }: OpenTrack): boolean {
  return surveyor !== null && listeners.size === 1;
}

/** Whether somebody means it, and not only what is heard before it. */
export function isMeant(open: OpenTrack): boolean {
  const { listeners, spares, followers, neighbours } = open;
  return listeners.size > spares.size + followers.size + neighbours.size;
}

/** Whether it needs decoder, analysis or measurement. */
export function isBusy(open: OpenTrack): boolean {
  const context = contextOf(open);
  return isBeingPrepared(context) || context.measuring !== null;
}

/** 2: somebody waits for it now; 1: somebody will hear it later; 0: nobody minds, or it has what it needs. */
export type Urgency = 2 | 1 | 0;

/** How urgent it is that decoder, analysis or measurement get to it. */
export function urgencyOf(open: OpenTrack): Urgency {
  if (isMeant(open)) return isBusy(open) ? 2 : 0;
  const { total, fault } = contextOf(open);
  if (open.neighbours.size > 0 && total === null && fault === null) return 2;
  return open.followers.size > 0 && isBusy(open) ? 1 : 0;
}

/** What its machine knows now. */
export function contextOf(open: { readonly actor: TrackActor }): TrackContext {
  return open.actor.getSnapshot().context;
}

/** Whether its fingerprint is known, or why it cannot be. */
export function standingOf(open: OpenTrack): ReturnType<Surveyed["standing"]> {
  const { fingerprint, fault, analysisFault } = contextOf(open);
  return fingerprint === "known" ? "known" : (fault ?? analysisFault ?? "preparing");
}

/** What is rendered for a variant that is ready. @param rate Hz of the output */
export function specOf(
  open: OpenTrack,
  geometry: Geometry,
  key: RenderKey,
  variant: VariantName,
  rate: number,
): RenderSpec {
  const plan = open.book.entry(variant)?.plan ?? null;
  const source = contextOf(open).source!;
  const beside =
    plan === null ? nothingBeside : besideIn(open.book.edition!, source, plan, geometry, rate);
  return { key, source, plan, rate, beside };
}
