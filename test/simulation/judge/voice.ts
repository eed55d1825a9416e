/** Voice: what is heard of one rendering. */
import type { CodedFrame } from "./frameCode.ts";

/** What sounds, or did last; `frame` is the one that comes next. */
export type Voice = Omit<CodedFrame, "frame"> & { frame: number };

/** A run of one rendering: from `code.frame` on, to `voice.frame`, which it did not reach (yet). */
export type HeardRun = {
  /** of the quantum in which its second whole frame was heard */
  readonly atMs: number;
  readonly code: CodedFrame;
  readonly voice: Readonly<Voice>;
};
