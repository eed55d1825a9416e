import { fault, type Fault } from "#engine/protocol/faults.ts";
import {
  defaultVariant,
  presetSchema,
  roundIntensity,
  variantName,
  type Variant,
  type VariantName,
} from "#engine/protocol/variant.ts";

/** What a query or a command line asks for; everything is optional text, as it was typed. */
export type VariantWish = {
  readonly variant?: string | null;
  readonly preset?: string | null;
  readonly intensity?: string | null;
};

const usual = defaultVariant as Extract<Variant, { kind: "enhanced" }>;

/** The variant that is asked for: enhanced, adaptive, 80 where nothing is said.
 *  @returns its name, or the fault `variant-invalid` */
export function variantOf(wish: VariantWish): VariantName | Fault {
  const kind = wish.variant ?? "enhanced";
  if (kind !== "original" && kind !== "enhanced")
    return fault("variant-invalid", "variant is original or enhanced");
  const preset = presetSchema.safeParse(wish.preset ?? usual.preset);
  if (!preset.success)
    return fault("variant-invalid", "preset is adaptive, gentle, warm, bright or punchy");
  const typed = wish.intensity ?? String(usual.intensity);
  const intensity = /^\d+(\.\d+)?$/.test(typed) ? roundIntensity(Number(typed)) : undefined;
  if (intensity === undefined)
    return fault("variant-invalid", "intensity is a number from 0 to 100");
  return variantName(kind === "original" ? { kind } : { kind, preset: preset.data, intensity });
}
