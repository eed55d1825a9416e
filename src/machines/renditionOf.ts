/** Rendition: what a track in one variant at one rate is at this moment, derived, never stored. */
import { engineVersion } from "../audio/engineVersion.ts";
import { explainPlan } from "../audio/explainPlan.ts";
import { planFor, planText, type MasteringGoals, type Plan } from "../audio/plan.ts";
import { renderKeyOf, type BesidePart } from "../audio/renderKey.ts";
import { besideFrames, fidelityOf } from "../audio/renderSegment.ts";
import { frames, resampledLength, type Frames, type Geometry } from "../protocol/geometry.ts";
import type { ReadyRendition, Rendition } from "../protocol/hostMessages.ts";
import { limits, type RenderKey } from "../protocol/limits.ts";
import { parseVariantName, type VariantName } from "../protocol/variant.ts";
import type { SourceInfo } from "../ports/decoder.ts";
import type { Edition, Neighbour } from "./edition.ts";
import type { TrackContext } from "./trackContext.ts";
import type { VariantBook, VariantEntry } from "./variantBook.ts";

const wireFormat = "s16le";
/** share of the way to an enhanced rendition that decoding is, as its progress tells */
const decodingShare = 0.8;

/** How much of its neighbours enters a rendering. */
export type Beside = {
  readonly before: (BesidePart & Neighbour) | null;
  readonly after: (BesidePart & Neighbour) | null;
};
export const nothingBeside: Beside = { before: null, after: null };

/** What enters an enhanced rendering of `source` from before and behind it. @param rate Hz of the output */
export function besideIn(
  edition: Edition,
  source: SourceInfo,
  plan: Plan,
  geometry: Geometry,
  rate: number,
): Beside {
  const most = besideFrames(plan, geometry, source.rate, rate);
  const part = (neighbour: Neighbour | null, frames: Frames) =>
    neighbour && frames > 0
      ? { ...neighbour, frames: Math.min(frames, neighbour.total) as Frames }
      : null;
  return { before: part(edition.before, most.before), after: part(edition.after, most.after) };
}

/** Key of a rendering of `source`. @param plan canonical text of the plan, null for the original */
export function keyOf(
  source: SourceInfo,
  plan: string | null,
  geometry: Geometry,
  rate: number,
  { before, after }: Beside = nothingBeside,
): RenderKey {
  const { sourceId } = source;
  return renderKeyOf({
    sourceId,
    planText: plan,
    geometry,
    rate,
    format: wireFormat,
    engineVersion,
    before,
    after,
  });
}

/** What somebody who comes back holds of a track: he is to go on with it. */
export type HeldRenditions = {
  readonly keys: ReadonlySet<RenderKey>;
  readonly variants: readonly VariantName[];
  /** Hz */
  readonly rate: number;
};

/** @param goals of the plans @returns whether any of the renditions that are held was made with an edition.
 *  Cost: a digest each */
export function isHeldOf(
  edition: Edition,
  source: SourceInfo,
  geometry: Geometry,
  { keys, variants, rate }: HeldRenditions,
  goals: MasteringGoals,
): boolean {
  return variants.some((variant) => {
    if (keys.size === 0 || variant === "original") return false;
    const plan = planFor(edition.fingerprint, parseVariantName(variant), goals);
    const beside = besideIn(edition, source, plan, geometry, rate);
    return keys.has(keyOf(source, planText(plan), geometry, rate, beside));
  });
}

/** @param rate Hz of the output @param life state of the track's machine
 *  @returns the same object as long as nothing of a ready one has changed. Cost O(1); one digest the
 *  first time that a variant is ready at a rate */
export function renditionOf(
  context: TrackContext,
  book: VariantBook,
  geometry: Geometry,
  variant: VariantName,
  rate: number,
): Rendition {
  const name = { type: "rendition", track: context.track, variant, rate } as const;
  const { source, fault } = context;
  if (fault) return { ...name, status: "failed", fault };
  if (!source) return { ...name, status: "pending", reason: "probing", progress: 0 };
  if (variant === "original") {
    const loudness = book.fingerprint?.heardLoudness ?? null;
    return ready(context, source, book, name, geometry, null, loudness);
  }
  if (context.analysisFault) return { ...name, status: "failed", fault: context.analysisFault };
  const analysing = { ...name, status: "pending", reason: "analysing" } as const;
  const entry = book.entry(variant);
  if (!entry) return { ...analysing, progress: decodingShare * decodedShare(context, source) };
  // while the track still decodes its loudness cannot be measured, and nobody is to wait for that
  if (entry.loudness === undefined && (context.total !== null || !entry.isSought))
    return { ...analysing, progress: 0.95 };
  return ready(context, source, book, name, geometry, entry, entry.loudness ?? null);
}

function ready(
  { total, decoded }: TrackContext,
  source: SourceInfo,
  book: VariantBook,
  name: { readonly type: "rendition"; track: string; variant: VariantName; rate: number },
  geometry: Geometry,
  entry: Pick<VariantEntry, "plan" | "planText"> | null,
  loudness: number | null,
): Rendition {
  const { variant, rate } = name;
  const planText = entry?.planText ?? null;
  const guess = Math.max(source.framesHint ?? 0, decoded);
  const length = resampledLength(frames(total ?? guess), source.rate, rate);
  const exact = total !== null;
  const known = {
    frames: Math.min(length, limits.framesMax),
    exact,
    decoded: exact ? length : decodedAt(decoded, source.rate, rate),
    loudness,
  };
  const last = book.readied(variant, rate);
  const edition = entry === null ? null : book.edition!;
  const hasKey = last?.source === source && last.planText === planText && last.edition === edition;
  if (hasKey && isAsBefore(last.rendition, known)) return last.rendition;
  const beside = entry && edition && besideIn(edition, source, entry.plan, geometry, rate);
  const key = hasKey
    ? last.rendition.key
    : keyOf(source, planText, geometry, rate, beside ?? nothingBeside);
  const fidelity = fidelityOf(source, entry?.plan ?? null, rate);
  const { channels } = source;
  const explanation =
    exact && entry && edition ? explained(entry.plan, edition, variant, book, loudness) : {};
  const rendition = {
    ...{ ...name, status: "ready", key, channels },
    ...known,
    fidelity,
    ...explanation,
  } as const satisfies ReadyRendition;
  book.remember({ source, planText, edition, rendition });
  return rendition;
}

function explained(
  plan: Plan,
  { fingerprint }: Edition,
  name: VariantName,
  { goals, fingerprint: own }: VariantBook,
  loudness: number | null,
): Pick<ReadyRendition, "explanation"> {
  const variant = parseVariantName(name);
  if (variant.kind === "original") return {};
  const heard = { loudness, ...(own && own !== fingerprint && { track: own }) };
  return { explanation: [...explainPlan(fingerprint, plan, variant, goals, heard)] };
}

type Known = Pick<ReadyRendition, "frames" | "exact" | "decoded" | "loudness">;

function isAsBefore(last: Known, { frames: length, exact, decoded, loudness }: Known): boolean {
  return (
    last.frames === length &&
    last.exact === exact &&
    last.decoded === decoded &&
    last.loudness === loudness
  );
}

function decodedAt(decoded: Frames, from: number, to: number): number {
  return from === to ? decoded : Math.floor((decoded * to) / from);
}

function decodedShare({ total, decoded }: TrackContext, { framesHint }: SourceInfo): number {
  if (total !== null) return 1;
  return framesHint ? Math.min(1, decoded / framesHint) : 0;
}
