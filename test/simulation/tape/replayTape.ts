/** Replays a recorded session: every root of the tape alone, on ports that play the tape, under the time of
 *  its lines. Judged: nothing throws or warns, the root does what it did when it was recorded, the host's
 *  books are right after every line, and no moment goes on for ever. */
import { readFileSync } from "node:fs";
import { rootKind } from "#engine/protocol/tape.ts";
import { shippedRoots, type Roots } from "../roots.ts";
import { InspectionLog, type InspectedPlace } from "../world/inspectionLog.ts";
import { withSealedGlobals } from "../world/sealedGlobals.ts";
import { readTape, TapeRefused, type NumberedLine } from "./readTape.ts";
import { replayRoot } from "./replayRoot.ts";
import { rootLives, type RootLife } from "./rootLives.ts";
import type { Divergence } from "./tapePlayer.ts";

export type TapeViolation = {
  readonly root: string;
  /** line of the file that was played */
  readonly line: number;
  readonly atMs: number;
  /** `crash`: it threw. `escape`: a warning, or a real timer. `books`: the host's audit */
  readonly what: "crash" | "escape" | "books";
  readonly detail: string;
};

export type ReplayedTapeRoot = {
  readonly root: string;
  /** lines that were played into it */
  readonly emissions: number;
  /** ms from its first line to its last */
  readonly spanMs: number;
};

export type TapeOutcome = {
  readonly roots: readonly ReplayedTapeRoot[];
  /** the first of each root, in the order of the roots */
  readonly violations: readonly TapeViolation[];
  readonly divergences: readonly Divergence[];
  readonly notes: readonly string[];
  /** every line that was played and what the root did, when asked for */
  readonly trace: readonly string[] | null;
  /** what `/inspect` opens, where it was traced: all roots on one clock, as well as the tape knows */
  readonly inspected: string | null;
};

export type ReplayOptions = { readonly trace?: boolean; readonly roots?: Roots };

/** @param path of the file @throws TapeRefused when it is no tape, or cannot be read */
export function replayTapeFile(path: string, options: ReplayOptions = {}): TapeOutcome {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new TapeRefused(`The tape cannot be read: ${(cause as Error).message}`);
  }
  return replayTape(text, options);
}

/** @param text the whole file @throws TapeRefused when it is no tape. Synchronous. */
export function replayTape(text: string, options: ReplayOptions = {}): TapeOutcome {
  const { trace: isTraced = false, roots = shippedRoots } = options;
  const tape = readTape(text);
  const replayed: ReplayedTapeRoot[] = [];
  const violations: TapeViolation[] = [];
  const divergences: Divergence[] = [];
  const trace: string[] | null = isTraced ? [] : null;
  const inspected = isTraced ? new InspectionLog() : null;
  const lives = inspected && rootLives(tape);
  for (const [root, lines] of tape.roots) {
    const watched = inspected && { log: inspected, life: lives!.get(root)! };
    const { player, violation } = play(root, lines, roots, watched);
    const ends = [lines[0]!, lines.findLast(({ line }) => "atMs" in line)!].map(({ line }) =>
      "atMs" in line ? line.atMs : 0,
    );
    replayed.push({ root, emissions: player.emissions, spanMs: ends[1]! - ends[0]! });
    if (violation) violations.push(violation);
    if (player.divergence) divergences.push(player.divergence);
    trace?.push(...lines.slice(0, player.comparedLines).map((line) => traced(root, line)));
  }
  return {
    roots: replayed,
    violations,
    divergences,
    notes: tape.notes,
    trace,
    inspected: inspected?.text() ?? null,
  };
}

function play(
  root: string,
  lines: readonly NumberedLine[],
  roots: Roots,
  watched: { readonly log: InspectionLog; readonly life: RootLife } | null,
) {
  let violation: TapeViolation | null = null;
  const { player, begin, audit } = replayRoot(root, lines, roots);
  const place = placeOf(root);
  player.watch = watched && watched.log.listen(place, () => watched.life.zeroMs + player.nowMs);
  const accuse = (what: TapeViolation["what"], detail: string): void => {
    violation ??= { root, line: player.lineNumber, atMs: player.nowMs, what, detail };
  };
  withSealedGlobals(
    () => {
      try {
        begin();
        while (violation === null && player.step()) {
          const wrong = audit();
          if (wrong.length > 0) accuse("books", wrong.join("; "));
        }
      } catch (cause) {
        if (cause instanceof TapeRefused) throw cause;
        accuse("crash", textOf(cause));
      }
    },
    ({ what, cause }) => {
      if (cause instanceof TapeRefused) throw cause;
      if (cause === null) accuse("escape", what);
      else accuse("crash", textOf(cause));
    },
  );
  if (watched && watched.life.goneMs !== null) watched.log.leave(place, watched.life.goneMs);
  return { player, violation: violation as TapeViolation | null };
}

/** Runs of a host follow each other at one place; a page that was loaded anew is another tab. */
function placeOf(root: string): InspectedPlace {
  const side = rootKind(root);
  return { side, tab: side === "host" ? "" : root.slice(side.length + 1) };
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}

function traced(root: string, { line, number }: NumberedLine): string {
  const { root: _, ...rest } = line;
  const at = "atMs" in line ? line.atMs.toFixed(1) : "";
  const text = JSON.stringify(rest);
  return `${String(number).padStart(7)} ${at.padStart(11)} ${root} ${text.slice(0, 400)}`;
}

/** The outcome in lines for a person. */
export function describeOutcome({ roots, violations, divergences, notes }: TapeOutcome): string[] {
  const wrong = [
    ...violations.map(
      ({ root, line, atMs, what, detail }) =>
        `${root} at ${atMs.toFixed(1)} ms, line ${line}: ${what}: ${detail}`,
    ),
    ...divergences.map(
      ({ root, line, atMs, expected, found }) =>
        `${root} at ${atMs.toFixed(1)} ms, line ${line}: it did ${found}; on the tape it is ${expected}`,
    ),
  ];
  return [
    ...notes,
    ...roots.map(
      ({ root, emissions, spanMs }) =>
        `${root}: ${emissions} lines played, ${(spanMs / 1000).toFixed(1)} s`,
    ),
    ...(wrong.length > 0 ? wrong : ["Every root did what it did when it was recorded."]),
  ];
}
