/** Complaint: what was heard and what was due, in words. */
import { simulatedTracks } from "../ports/tracks.ts";
import type { World } from "../world/world.ts";
import type { CodedFrame } from "./frameCode.ts";
import type { Aim } from "./listener.ts";
import type { Onset } from "./onset.ts";
import { simulatedVariants } from "./variantNumbers.ts";

/** @param offset frames from the one that is named */
export function frameText({ track, version, variant, frame }: CodedFrame, offset: number): string {
  const name = simulatedTracks[track]?.id ?? `track ${track}`;
  const file = version === 0 ? name : `${name} (version ${version})`;
  return `${file} ${simulatedVariants[variant] ?? "?"} frame ${frame + offset}`;
}

/** Why an onset is wrong. @param aims newest last */
export function complaint({ code, voice, faded, since }: Onset, aims: readonly Aim[]): string {
  const due = aims.slice(-3).map(({ track, variant, place, sinceMs }) => {
    const where = place.heard ? "where it is" : `frame ${place.frame} at ${place.rate} Hz`;
    return `${track.id} ${variant} ${where} (since ${sinceMs.toFixed(1)})`;
  });
  const before = voice ? `${frameText(voice, 0)} after ${since} faded frames` : "nothing";
  const heard = `${frameText(code, 0)} after ${faded} faded frames`;
  return `heard ${heard}; due was ${before}, or of ${due.join(" | ") || "nothing"}`;
}

/** What a player hears from now on, for a trace. @param player his name, with his number in it */
export function showSound(world: World, player: string, what: string): void {
  const number = player.replace(/\D/g, "");
  const sent = { from: `mixer${number}`, sentMs: world.now };
  world.trace?.call(sent, `ear${number}`, what, "");
}
