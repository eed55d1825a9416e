/** Settings: what the listener has set that no machine decides. */
import type { SavedPlayback } from "../../protocol/savedPlayback.ts";
import { defaultVariant, type EnhancedVariant } from "../../protocol/variant.ts";

export type Settings = {
  /** 0…1 */
  volume: number;
  matchLoudness: boolean;
  /** the enhanced side of A/B */
  enhanced: EnhancedVariant;
};

/** As the last visit left them. @param saved null: there was none */
export function settingsOf(saved: SavedPlayback | null): Settings {
  const { preset, intensity } = saved ?? defaultVariant;
  return {
    volume: saved?.volume ?? 1,
    matchLoudness: saved?.matchLoudness ?? true,
    enhanced: { kind: "enhanced", preset, intensity },
  };
}
