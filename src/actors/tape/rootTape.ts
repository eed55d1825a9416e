/** Tape of one root: writes what the root hears, reads and does, in the order in which it happens.
 *
 *  The clock of a recorded root stands still while it hears something, and whatever it does then is done
 *  at that time: so a line's `atMs` is all the time that a replay needs.
 *  What throws inside is noted and thrown on. Cost some µs an event; nothing is awaited. */
import type { Clock } from "../../ports/clock.ts";
import { tapeLimits, type TapeAsk, type TapeLine, type TapePort } from "../../protocol/tape.ts";
import { digestOf, encodeValue, HandleBook, withoutPaths } from "./tapeValue.ts";

/** Takes one line, without its line feed. @returns false when no more lines are taken */
export type TapeSink = (line: string) => boolean;

/** The real clock of a root. */
export type TapeClock = Pick<Clock, "now"> & {
  /** ms since 1970 when it was zero: lays roots next to each other. Left out: nobody knows */
  readonly originMs?: number | undefined;
};

type Reading = { count: number; last: string };

export class RootTape {
  readonly handles = new HandleBook();
  private readonly root: string;
  private readonly clockNow: () => number;
  private readonly originMs: number | undefined;
  private readonly sink: TapeSink;
  private readonly readings = new Map<string, Reading>();
  private pending: string[] = [];
  private done = 0;
  private calls = 0;
  private depth = 0;
  private atMs: number;
  private isOver = false;

  /** @param root its name on the tape, as `page.3f21`, used once per tape
   *  @param clock the root's own */
  constructor(root: string, clock: TapeClock, sink: TapeSink) {
    this.root = root;
    this.clockNow = () => clock.now();
    this.originMs = clock.originMs;
    this.sink = sink;
    this.atMs = this.clockNow();
  }

  /** ms: the time of what the root hears now, or heard last; the real time once the tape is over. */
  readonly now = (): number => (this.isOver ? this.clockNow() : this.atMs);

  /** How many things the root has done so far. */
  get deeds(): number {
    return this.done;
  }

  /** The number given last. */
  get lastCall(): number {
    return this.calls - 1;
  }

  /** Runs the root's constructor. @param config written to the tape */
  begin<Root>(config: unknown, run: () => Root): Root {
    const begin = encodeValue(config, this.handles) as Record<string, unknown>;
    const { root, atMs, originMs } = this;
    return this.during({ root, atMs, ...(originMs !== undefined && { originMs }), begin }, run);
  }

  /** A port reports into `call`, or (`ask`) the app wants something of the root. */
  hear<Result>(
    heard: {
      readonly port: TapePort;
      readonly call?: number | undefined;
      readonly ask?: TapeAsk;
      /** encoded already */
      readonly report?: unknown;
    },
    run: () => Result,
  ): Result {
    if (this.isOver) return run();
    this.atMs = this.clockNow();
    const deep = this.depth > 0 ? { deep: this.depth } : {};
    return this.during({ root: this.root, atMs: this.atMs, ...heard, ...deep }, run);
  }

  /** Gives the next number to a call, socket, timer or port. */
  number(): number {
    return this.calls++;
  }

  /** Notes that the root did something. @param message what it sent, if anything */
  did(port: TapePort, call: number | null, verb: string, message?: unknown): void {
    if (this.isOver) return;
    const of = call === null ? port : `${port}#${call}`;
    const said = message === undefined ? "" : ` ${digestOf(message, this.handles)}`;
    this.note(`${of}.${verb}${said}`);
  }

  /** As `did`, in words that are cheap to make. */
  note(deed: string): void {
    if (this.isOver) return;
    this.pending.push(deed);
    this.done++;
    if (this.depth === 0) this.flush();
  }

  /** Takes an answer that comes at once; the tape keeps it when it is another than the last time. */
  read<Value>(port: TapePort, name: string, value: Value): Value {
    if (this.isOver) return value;
    let reading = this.readings.get(name);
    if (!reading) this.readings.set(name, (reading = { count: 0, last: "" }));
    const nth = reading.count++;
    const encoded = value === undefined ? null : encodeValue(value, this.handles);
    const text = JSON.stringify(encoded);
    if (text === reading.last) return value;
    reading.last = text;
    this.flush();
    this.write({ root: this.root, port, read: name, nth, value: encoded });
    return value;
  }

  /** The recording ends, the root goes on. @param why for whoever reads the tape */
  end(why: string): void {
    if (this.isOver) return;
    this.flush();
    this.write({ root: this.root, end: why });
    this.isOver = true;
  }

  private during<Result>(line: TapeLine, run: () => Result): Result {
    this.flush();
    this.write(line);
    this.depth++;
    try {
      return run();
    } catch (cause) {
      this.flush();
      const words = withoutPaths(cause instanceof Error ? cause.message : String(cause));
      this.write({ root: this.root, atMs: this.atMs, threw: words.slice(0, 500) });
      throw cause;
    } finally {
      this.depth--;
      if (this.depth === 0) this.flush();
    }
  }

  private flush(): void {
    if (this.pending.length === 0) return;
    const did = this.pending;
    this.pending = [];
    this.write({ root: this.root, did });
  }

  private write(line: TapeLine): void {
    if (this.isOver) return;
    const text = JSON.stringify(line);
    if (text.length > tapeLimits.lineCharsMax) {
      this.sink(JSON.stringify({ root: this.root, end: "a line is too long" } satisfies TapeLine));
      this.isOver = true;
    } else if (!this.sink(text)) this.isOver = true;
  }
}
