/** Scenario: what the listeners do and what befalls the system. Plain data; the same scenario runs the
 *  same way, event for event. */
import type { Preset } from "#engine/protocol/variant.ts";
import type { Blow } from "./faults/faultKinds.ts";

export type Deed =
  | { readonly type: "choose"; readonly track: string }
  | { readonly type: "play" }
  | { readonly type: "pause" }
  | { readonly type: "next" }
  /** to the beginning when more than three seconds of the track have been heard */
  | { readonly type: "previous" }
  | { readonly type: "seek"; readonly seconds: number }
  | { readonly type: "enhance"; readonly on: boolean }
  | { readonly type: "preset"; readonly preset: Preset }
  | { readonly type: "intensity"; readonly percent: number }
  /** changes nothing: everything is equally loud */
  | { readonly type: "matchLoudness"; readonly on: boolean }
  /** between tracks that are not of one album; it is given before anything is near its end */
  | { readonly type: "crossfade"; readonly seconds: number };

/** When something happens: at a time, or `atMs` after the nth event (from 0) of a kind. */
export type Moment = {
  readonly atMs: number;
  readonly after?: {
    readonly label: string;
    readonly nth: number;
    /** counted from then on, ms; otherwise from the beginning */
    readonly fromMs?: number;
  };
};

/** @property player 0 or 1 */
export type Command = Moment & { readonly player: number; readonly deed: Deed };

export type Fault = Moment & Blow;

/** How roomy and how quick host and pages are; what is left out is as in `simulatedConfig.ts`. */
export type Climate = {
  /** bytes of segments in memory */
  readonly hotBytes?: number;
  /** renders that may wait */
  readonly queueMax?: number;
  /** ms that an analysis takes at most */
  readonly analysisMs?: number;
  /** ms for which the host's first look at its folders goes on: until then there are no tracks */
  readonly scanMs?: number;
  /** bytes that a page holds */
  readonly windowBytes?: number;
  /** GiB that the browsers say their devices have; nothing when left out */
  readonly deviceGib?: number;
  /** bytes of a slice at most */
  readonly sliceBytes?: number;
  /** the files say which of them are an album */
  readonly isTagged?: boolean;
  /** the two are tabs of one listener: one of them sounds. Only named scenarios have it */
  readonly areTabs?: boolean;
  /** while nobody plays, the host analyses the tracks that nobody has opened */
  readonly isSurveyed?: boolean;
};

export type Scenario = {
  /** decides every delay and every order that the scenario itself leaves open */
  readonly seed: number;
  readonly commands: readonly Command[];
  readonly faults: readonly Fault[];
  readonly climate?: Climate;
};

export const players = 2;
/** commands that a whole scenario has at least; a minimal one that still fails may have fewer */
export const commandsMin = 8;
