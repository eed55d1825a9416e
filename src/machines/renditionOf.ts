/** Rendition: what a track in one variant at one rate is at this moment, derived, never stored. */
import { engineVersion } from "../audio/engineVersion.ts";
import type { Plan } from "../audio/plan.ts";
import { renderKeyOf } from "../audio/renderKey.ts";
import { fidelityOf } from "../audio/renderSegment.ts";
import { frames, resampledLength, type Frames, type Geometry } from "../protocol/geometry.ts";
import type { Rendition } from "../protocol/hostMessages.ts";
import { limits, type RenderKey } from "../protocol/limits.ts";
import type { VariantName } from "../protocol/variant.ts";
import type { SourceInfo } from "../ports/decoder.ts";
import type { TrackContext } from "./trackProcessor.machine.ts";
import type { VariantBook } from "./variantBook.ts";

const wireFormat = "s16le";
/** share of the way to an enhanced rendition that decoding is, as its progress tells */
const decodingShare = 0.8;

/** Key of a rendering of `source`. @param plan canonical text of the plan, null for the original */
export function keyOf(
  source: SourceInfo,
  plan: string | null,
  geometry: Geometry,
  rate: number,
): RenderKey {
  const { sourceId } = source;
  return renderKeyOf({
    sourceId,
    planText: plan,
    geometry,
    rate,
    format: wireFormat,
    engineVersion,
  });
}

/** @param rate Hz of the output @param life state of the track's machine
 *  Cost: one digest when ready, some µs. */
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
    const loudness = book.fingerprint?.integratedLoudness ?? null;
    return ready(context, source, name, geometry, null, null, loudness);
  }
  if (context.analysisFault) return { ...name, status: "failed", fault: context.analysisFault };
  const analysing = { ...name, status: "pending", reason: "analysing" } as const;
  const entry = book.entry(variant);
  if (!entry) return { ...analysing, progress: decodingShare * decodedShare(context, source) };
  // while the track still decodes its loudness cannot be measured, and nobody is to wait for that
  if (entry.loudness === undefined && (context.total !== null || !entry.isSought))
    return { ...analysing, progress: 0.95 };
  const loudness = entry.loudness ?? null;
  return ready(context, source, name, geometry, entry.plan, entry.planText, loudness);
}

function ready(
  { total, decoded }: TrackContext,
  source: SourceInfo,
  name: { readonly type: "rendition"; track: string; variant: VariantName; rate: number },
  geometry: Geometry,
  plan: Plan | null,
  text: string | null,
  loudness: number | null,
): Rendition {
  const { rate } = name;
  const guess = Math.max(source.framesHint ?? 0, decoded);
  const length = resampledLength(frames(total ?? guess), source.rate, rate);
  return {
    ...name,
    status: "ready",
    key: keyOf(source, text, geometry, rate),
    channels: source.channels,
    frames: Math.min(length, limits.framesMax),
    exact: total !== null,
    decoded: total === null ? decodedAt(decoded, source.rate, rate) : length,
    fidelity: fidelityOf(source, plan, rate),
    loudness,
  };
}

function decodedAt(decoded: Frames, from: number, to: number): number {
  return from === to ? decoded : Math.floor((decoded * to) / from);
}

function decodedShare({ total, decoded }: TrackContext, { framesHint }: SourceInfo): number {
  if (total !== null) return 1;
  return framesHint ? Math.min(1, decoded / framesHint) : 0;
}
