/** Seeded bursts of a listener's intentions, faster than any of them can be carried out and not. */
import type { Preset } from "#engine/protocol/variant.ts";
import type { SeededRandom } from "../simulation/world/seededRandom.ts";
import type { ListeningRig } from "./listeningRig.ts";

/** seconds at the end of a track that no seek goes to: what ends by itself is another test's matter */
const tailSeconds = 12;

/** Does one thing that a listener may do. @returns its name */
export function intendAnything(
  rig: ListeningRig,
  random: SeededRandom,
  presets: readonly Preset[],
): string {
  const { listener } = rig;
  const draw = random.uniform();
  const seekSomewhere = (): string => {
    const seconds = random.between(0, rig.seconds - tailSeconds);
    rig.seek(seconds);
    return `seek ${seconds.toFixed(4)}`;
  };
  // before the track ends by itself
  if (rig.view().positionSeconds > rig.seconds - tailSeconds / 2) return seekSomewhere();
  if (draw < 0.42) return seekSomewhere();
  if (draw < 0.6) {
    const on = listener.variant === "original";
    rig.setEnhance(on);
    return `enhance ${on}`;
  }
  if (draw < 0.68 && listener.variant !== "original") {
    const preset = presets[random.below(presets.length)]!;
    rig.setPreset(preset);
    return `preset ${preset}`;
  }
  if (draw < 0.74) {
    rig.next();
    return "next";
  }
  if (draw < 0.79) {
    rig.previous();
    return "previous";
  }
  if (draw < 0.84) {
    const track = random.below(3);
    rig.choose(track);
    return `choose ${track}`;
  }
  if (listener.wishes) rig.pause();
  else rig.play();
  return listener.wishes ? "play" : "pause";
}

/** ms until the next one: at once, soon, or `null` when what is meant has been heard for a moment. */
export function pauseAfter(random: SeededRandom): number | null {
  const draw = random.uniform();
  if (draw < 0.3) return random.below(30);
  return draw < 0.7 ? 30 + random.below(250) : null;
}
