/** Tape player: one root's lines, played to the root in their order. The root is recorded anew while it is
 *  replayed, and what the new recording says is held against the tape: the first line that differs is the
 *  divergence. */
import type { InspectionRelay } from "#engine/actors/inspectionRelay.ts";
import type { RootTape } from "#engine/actors/tape/rootTape.ts";
import type { HearLine, TapeLine, TapePort } from "#engine/protocol/tape.ts";
import { decodeValue } from "./decodeValue.ts";
import { refused, type NumberedLine } from "./readTape.ts";

export type Divergence = {
  readonly root: string;
  /** line of the file */
  readonly line: number;
  /** ms of the root's clock */
  readonly atMs: number;
  readonly expected: string;
  readonly found: string;
};

type Heard = { readonly number: number; readonly line: HearLine; readonly afterDeeds: number };

/** Deeds of one moment; more are a livelock. */
const deedsMax = 100_000;

export class TapePlayer {
  readonly root: string;
  divergence: Divergence | null = null;
  /** ms: the time of the line that is played */
  nowMs = 0;
  /** hears what xstate tells of the root's actors, and what goes through its ports to other sides */
  watch: InspectionRelay | null = null;
  /** line of the file that is played */
  lineNumber: number;
  /** set before anything is played */
  tape!: RootTape;
  /** for ports whose reports stand on the tape in a form of their own */
  readonly decoders = new Map<TapePort, (report: unknown) => unknown>();
  private readonly lines: readonly NumberedLine[];
  private readonly heard: readonly Heard[];
  private readonly readings = new Map<
    string,
    { readonly nth: number; readonly value: unknown }[]
  >();
  private readonly counts = new Map<string, number>();
  private readonly calls = new Map<string, (report: unknown) => void>();
  private readonly ask: (line: HearLine) => boolean;
  private compared = 0;
  private played = 0;
  private depth = 0;
  /** deeds of the line that is played, the tape's or not */
  private deeds = 0;

  /** @param lines of one root, `begin` first
   *  @param ask does what the app did @returns false when it knows no such thing */
  constructor(root: string, lines: readonly NumberedLine[], ask: (line: HearLine) => boolean) {
    this.root = root;
    this.lines = lines;
    this.ask = ask;
    this.lineNumber = lines[0]!.number;
    const heard: Heard[] = [];
    let afterDeeds = 0;
    for (const { number, line } of lines) {
      if ("did" in line) afterDeeds += line.did.length;
      else if ("read" in line) {
        const known = this.readings.get(line.read);
        const reading = { nth: line.nth, value: line.value };
        if (known) known.push(reading);
        else this.readings.set(line.read, [reading]);
      } else if ("port" in line) heard.push({ number, line, afterDeeds });
    }
    this.heard = heard;
    const [{ line: begin }] = lines as [NumberedLine];
    if ("begin" in begin) this.nowMs = begin.atMs;
  }

  /** How many lines were played. */
  get emissions(): number {
    return this.played;
  }

  /** How many of its lines came up again. */
  get comparedLines(): number {
    return this.compared;
  }

  /** Something that the tape may speak into. */
  register(port: TapePort, call: number | null, emit: (report: unknown) => void): void {
    this.calls.set(keyOf(port, call), emit);
  }
  forget(port: TapePort, call: number): void {
    this.calls.delete(keyOf(port, call));
  }

  /** Runs the root's constructor. */
  begin<Root>(run: () => Root): Root {
    return this.within(run);
  }

  /** Plays the next line. @returns false when there is none, or the root has left the tape */
  step(): boolean {
    const next = this.heard[this.played];
    if (!next || this.divergence) return false;
    // what was to be heard in the midst of something else was not asked for any more
    if (next.line.deep !== undefined && this.depth === 0) return this.diverge("nothing");
    this.played++;
    this.play(next);
    return this.divergence === null;
  }

  /** What was reported while the root did what it has just done. Called by every port. */
  after(): void {
    if (++this.deeds > deedsMax) throw new Error(`livelock: ${deedsMax} deeds in one moment`);
    for (;;) {
      const next = this.heard[this.played];
      const isDue =
        next?.line.deep === this.depth && next.afterDeeds === this.tape.deeds && this.depth > 0;
      if (!isDue || this.divergence) return;
      this.played++;
      this.play(next);
    }
  }

  /** What a port that answers at once said at this reading. */
  reading(name: string): unknown {
    const nth = this.counts.get(name) ?? 0;
    this.counts.set(name, nth + 1);
    const known = this.readings.get(name) ?? [];
    while (known.length > 1 && known[1]!.nth <= nth) known.shift();
    return known[0]?.value;
  }

  /** Takes what the new recording writes. */
  readonly sink = (text: string): boolean => {
    if (this.divergence) return false;
    const expected = this.lines[this.compared++];
    // the tape ends in the midst of a moment: the recording was cut off
    if (!expected) return true;
    this.lineNumber = expected.number;
    return this.compare(expected.line, JSON.parse(text) as TapeLine);
  };

  private play({ number, line }: Heard): void {
    this.lineNumber = number;
    this.nowMs = line.atMs;
    this.within(() => {
      if (line.ask !== undefined) {
        if (!this.ask(line)) throw refused(number, `${line.ask} is asked of no ${line.port}`);
        return;
      }
      const emit =
        this.calls.get(keyOf(line.port, line.call ?? null)) ??
        this.calls.get(keyOf(line.port, null));
      if (!emit) return void this.diverge("no such call");
      emit(this.decode(line, number));
    });
  }

  private decode({ port, report }: HearLine, number: number): unknown {
    try {
      return (this.decoders.get(port) ?? decodeValue)(report);
    } catch (cause) {
      throw refused(number, (cause as Error).message);
    }
  }

  private within<Result>(run: () => Result): Result {
    if (this.depth === 0) this.deeds = 0;
    this.depth++;
    try {
      return run();
    } finally {
      this.depth--;
    }
  }

  private compare(expected: TapeLine, found: TapeLine): boolean {
    const [was, is] = [wordsOf(expected), wordsOf(found)];
    for (let i = 0; i < Math.max(was.length, is.length); i++)
      if (was[i] !== is[i]) return this.diverge(is[i] ?? "nothing", was[i] ?? "nothing");
    return true;
  }

  private diverge(found: string, expected?: string): false {
    const line = this.lines.find(({ number }) => number === this.lineNumber)?.line;
    this.divergence ??= {
      root: this.root,
      line: this.lineNumber,
      atMs: this.nowMs,
      expected: expected ?? (line ? wordsOf(line).join("; ") : "nothing"),
      found,
    };
    return false;
  }
}

function keyOf(port: TapePort, call: number | null): string {
  return call === null ? port : `${port}#${call}`;
}

/** What has to be the same in both recordings, in the order in which it happened. */
function wordsOf(line: TapeLine): readonly string[] {
  if ("did" in line) return line.did;
  if ("read" in line) return [`${line.read} read for the ${line.nth}th time`];
  if ("begin" in line) return ["the root begins"];
  if ("end" in line) return ["the recording ends"];
  if ("threw" in line) return [`it throws: ${line.threw}`];
  const { port, call, ask, atMs, deep } = line;
  return [`${keyOf(port, call ?? null)} ${ask ?? "reports"} at ${atMs} ms, ${deep ?? 0} deep`];
}
