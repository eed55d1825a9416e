/** Which variant a number of the frame code stands for. The variants that the scenarios use, and no
 *  others: sixteen fit the code. */
import { presets, variantName, type VariantName } from "#engine/protocol/variant.ts";

/** percent */
export const simulatedIntensities = [40, 80] as const;

export const simulatedVariants: readonly VariantName[] = [
  "original",
  ...presets.flatMap((preset) =>
    simulatedIntensities.map((intensity) => variantName({ kind: "enhanced", preset, intensity })),
  ),
];

export const originalNumber = 0;
