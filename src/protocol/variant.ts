/** What is heard: `original`, or `enhanced` with a preset and an intensity.
 *  On the wire and in the page a variant is its name: `original` or `warm@80`. */
import * as z from "zod/mini";

export const presets = ["adaptive", "gentle", "warm", "bright", "punchy"] as const;
export const presetSchema = z.enum(presets);
export type Preset = (typeof presets)[number];

/** Canonical name, e.g. `original`, `adaptive@80`; intensity in steps of 5. */
export const variantNameSchema = z
  .string()
  .check(z.regex(/^(original|(adaptive|gentle|warm|bright|punchy)@(0|5|[1-9][05]|100))$/));
export type VariantName = z.infer<typeof variantNameSchema>;

export type EnhancedVariant = {
  readonly kind: "enhanced";
  readonly preset: Preset;
  /** percent, 0…100 in steps of 5 */
  readonly intensity: number;
};
export type Variant = { readonly kind: "original" } | EnhancedVariant;

export const originalVariant: Variant = { kind: "original" };
export const defaultVariant: EnhancedVariant = {
  kind: "enhanced",
  preset: "adaptive",
  intensity: 80,
};

/** Rounds an intensity to steps of 5.
 *  @param value percent
 *  @returns 0…100, or undefined when outside or not a number (the caller answers with a fault) */
export function roundIntensity(value: number): number | undefined {
  if (!Number.isFinite(value) || value < 0 || value > 100) return undefined;
  return Math.round(value / 5) * 5;
}

/** Canonical name of a variant; `intensity` must already be a step of 5 (`roundIntensity`). */
export function variantName(variant: Variant): VariantName {
  return variant.kind === "original" ? "original" : `${variant.preset}@${variant.intensity}`;
}

/** @throws RangeError when `name` is not canonical (parse untrusted text with the schema first). */
export function parseVariantName(name: VariantName): Variant {
  if (!variantNameSchema.safeParse(name).success) throw new RangeError(`not a variant: ${name}`);
  if (name === "original") return originalVariant;
  const [preset, intensity] = name.split("@") as [Preset, string];
  return { kind: "enhanced", preset, intensity: Number(intensity) };
}

/** The two sides of A/B. @param enhance whether the enhanced one is to be heard */
export function chosenOf(
  enhanced: EnhancedVariant,
  enhance: boolean,
): { readonly chosen: VariantName; readonly counterpart: VariantName } {
  const name = variantName(enhanced);
  return enhance
    ? { chosen: name, counterpart: "original" }
    : { chosen: "original", counterpart: name };
}
