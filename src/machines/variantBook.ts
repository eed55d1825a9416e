/** Variant book of one open track: its fingerprint, its edition, the plan and loudness of each variant,
 *  and who asks for which. Plain data beside the track's machine. */
import type { ReadyRendition } from "../protocol/hostMessages.ts";
import { parseVariantName, type VariantName } from "../protocol/variant.ts";
import type { Fingerprint } from "../audio/fingerprint.ts";
import { defaultGoals, planFor, planText, type MasteringGoals, type Plan } from "../audio/plan.ts";
import type { SourceInfo } from "../ports/decoder.ts";
import { areAlike, hasSamePlan, loneEdition, type Edition } from "./edition.ts";

export type VariantEntry = {
  readonly plan: Plan;
  readonly planText: string;
  /** LUFS, null for silence or when it could not be measured; undefined: not known yet */
  loudness: number | null | undefined;
  /** whether that is of all of its segments, and not of excerpts */
  isWhole: boolean;
  /** looked for on disk while the track was still decoding, and not found */
  isSought: boolean;
};

/** A rendition as it was derived last, and what its key came from. */
export type Readied = {
  readonly source: SourceInfo;
  /** of the plan; null for the original */
  readonly planText: string | null;
  /** null for the original */
  readonly edition: Edition | null;
  readonly rendition: ReadyRendition;
};

/** renditions remembered: a player names few variants and one rate at a time */
const readiedMax = 32;

export class VariantBook {
  /** what every plan in it is to reach */
  readonly goals: MasteringGoals;
  #fingerprint: Fingerprint | undefined;
  #edition: Edition | undefined;
  #offered: Edition | undefined;
  readonly #entries = new Map<VariantName, VariantEntry>();
  /** insertion order is order of the asking: the last is the newest */
  readonly #asked = new Map<VariantName, number>();
  readonly #readied = new Map<string, Readied>();

  constructor(goals: MasteringGoals = defaultGoals) {
    this.goals = goals;
  }

  /** Of the track itself, which then stands alone until another edition is taken. */
  set fingerprint(fingerprint: Fingerprint | undefined) {
    this.#fingerprint = fingerprint;
    this.#edition = fingerprint && loneEdition(fingerprint);
    this.#offered = undefined;
    this.#entries.clear();
  }

  get fingerprint(): Fingerprint | undefined {
    return this.#fingerprint;
  }

  /** What enhanced variants are made with; undefined without a fingerprint. */
  get edition(): Edition | undefined {
    return this.#edition;
  }

  /** Offers another edition, which is taken with `takeEdition`. @returns whether it differs */
  offerEdition(edition: Edition): boolean {
    this.#offered = edition;
    return this.#edition === undefined || !areAlike(this.#edition, edition);
  }

  /** Takes the edition that was offered last. @returns whether its plans are others: then no loudness is
   *  known of any enhanced variant */
  takeEdition(): boolean {
    const [before, next] = [this.#edition, this.#offered];
    this.#offered = undefined;
    if (!before || !next) return false;
    this.#edition = next;
    if (hasSamePlan(before, next)) return false;
    this.#entries.clear();
    return true;
  }

  /** Plan and loudness of an enhanced variant; undefined without a fingerprint, or for the
   *  original. Cost: one plan per variant, kept. */
  entry(variant: VariantName): VariantEntry | undefined {
    const known = this.#entries.get(variant);
    if (known || !this.#edition || variant === "original") return known;
    const plan = planFor(this.#edition.fingerprint, parseVariantName(variant), this.goals);
    const made = {
      plan,
      planText: planText(plan),
      loudness: undefined,
      isWhole: false,
      isSought: false,
    };
    this.#entries.set(variant, made);
    return made;
  }

  /** All segments of what a plan makes have been measured. @returns a variant that has the plan; undefined: none */
  takeLoudness(text: string, loudness: number | null): VariantName | undefined {
    let taker: VariantName | undefined;
    for (const [variant, entry] of this.#entries) {
      if (entry.planText !== text) continue;
      entry.loudness = loudness;
      entry.isWhole = true;
      taker = variant;
    }
    return taker;
  }

  /** The rendition of a variant at a rate (Hz) as it was when last it was ready, so that its key need
   *  not be computed anew. */
  readied(variant: VariantName, rate: number): Readied | undefined {
    return this.#readied.get(`${variant} ${rate}`);
  }

  /** Remembers a rendition; the oldest are forgotten. */
  remember(readied: Readied): void {
    const { variant, rate } = readied.rendition;
    this.#readied.set(`${variant} ${rate}`, readied);
    if (this.#readied.size > readiedMax) this.#readied.delete(this.#readied.keys().next().value!);
  }

  ask(variant: VariantName): void {
    const count = this.#asked.get(variant) ?? 0;
    this.#asked.delete(variant);
    this.#asked.set(variant, count + 1);
  }

  /** @throws RangeError when nobody asked */
  leave(variant: VariantName): void {
    const count = this.#asked.get(variant) ?? 0;
    if (count === 0) throw new RangeError(`nobody asked for ${variant}`);
    if (count === 1) this.#asked.delete(variant);
    else this.#asked.set(variant, count - 1);
  }

  isAsked(variant: VariantName): boolean {
    return this.#asked.has(variant);
  }

  /** The newest variant that somebody asks for and whose loudness is not known.
   *  @param isDecoded whether it can be measured; else only what may be stored is looked for */
  nextToMeasure(isDecoded: boolean): VariantName | undefined {
    for (const variant of [...this.#asked.keys()].reverse()) {
      const entry = this.entry(variant);
      if (entry && entry.loudness === undefined && (isDecoded || !entry.isSought)) return variant;
    }
    return undefined;
  }
}
