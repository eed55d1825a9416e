/** World: one virtual clock, one event heap, one seed. Everything asynchronous goes through
 *  `schedule`; two events at the same instant run in an order that the seed decides.
 *
 *  Every event has a label. Labels feed the hash that identifies an interleaving, the trace, and the
 *  hooks ("when the n-th event of this kind has run"). */
import { EventHeap, type HeapEvent } from "./eventHeap.ts";
import { Realm } from "./realm.ts";
import { hashText, SeededRandom } from "./seededRandom.ts";
import { Trace } from "./trace.ts";

/** Handle of a scheduled event. */
export type Scheduled = HeapEvent;

export class World {
  /** ms since the world began */
  now = 0;
  /** by how much the wall clock is wrong, ms: it jumps, the clock of timers does not */
  wallSkewMs = 0;
  /** events that have run */
  events = 0;
  /** the event that ran last */
  last: { readonly label: string; readonly realm: Realm | null } | null = null;
  readonly random: SeededRandom;
  /** what happened, kept only when asked for */
  readonly trace: Trace | null;
  private readonly heap = new EventHeap();
  private readonly ties: SeededRandom;
  /** by label: how often it has been seen since the first hook, and what waits for which of them */
  private readonly hooks = new Map<string, { seen: number; waiting: Map<number, () => void> }>();
  private readonly labelHashes = new Map<string, number>();
  private digest = 0x811c9dc5 | 0;

  constructor(seed: number, traced = false) {
    this.random = new SeededRandom(seed);
    this.ties = this.random.fork("ties");
    this.trace = traced ? new Trace(() => this.now) : null;
  }

  /** Order- and time-sensitive identity of everything that happened so far, unsigned 32-bit. */
  get hash(): number {
    return this.digest >>> 0;
  }

  /** @param run tells the lives of one thing apart: each draws its own randomness */
  realm(name: string, run = 0): Realm {
    return new Realm(name, this.random.fork(`${name}#${run}`));
  }

  /** Runs `run` after `delayMs` (not below 0), unless cancelled or `realm` has died by then. */
  schedule(delayMs: number, label: string, run: () => void, realm: Realm | null = null): Scheduled {
    const at = this.now + Math.max(0, delayMs);
    const event = { at, tie: this.ties.next(), label, realm, run };
    this.heap.push(event);
    return event;
  }

  cancel(event: Scheduled): void {
    event.run = null;
  }

  /** Calls `run` right after the `nth` event (from 0) of a kind from now on; never, if there are fewer. */
  after(label: string, nth: number, run: () => void): void {
    let hook = this.hooks.get(label);
    if (!hook) this.hooks.set(label, (hook = { seen: 0, waiting: new Map() }));
    const at = hook.seen + nth;
    const earlier = hook.waiting.get(at);
    hook.waiting.set(at, earlier ? () => (earlier(), run()) : run);
  }

  /** Something has happened inside an event: hooks may follow it like one. */
  happen(label: string): void {
    this.runHook(label);
  }

  /** Notes something in the trace that is not an event of its own. */
  remark(text: () => string): void {
    this.trace?.say(text());
  }

  /** Runs the next event. @returns false when there is none up to `untilMs`; time is then `untilMs`. */
  step(untilMs: number): boolean {
    for (;;) {
      const next = this.heap.first();
      if (!next || next.at > untilMs) {
        if (Number.isFinite(untilMs)) this.now = Math.max(this.now, untilMs);
        return false;
      }
      this.heap.pop();
      const { run } = next;
      if (!run || next.realm?.isAlive === false) continue;
      if (next.realm?.isBlocked(next.at)) {
        next.at = next.realm.nextTurn();
        this.heap.push(next);
        continue;
      }
      next.run = null;
      this.last = next;
      this.now = next.at;
      this.note(next.label);
      run();
      this.runHook(next.label);
      return true;
    }
  }

  private note(label: string): void {
    this.events++;
    let hashed = this.labelHashes.get(label);
    if (hashed === undefined) this.labelHashes.set(label, (hashed = hashText(label)));
    this.digest = Math.imul(this.digest ^ hashed, 16777619);
    this.digest = Math.imul(this.digest ^ Math.round(this.now * 1000), 16777619);
    this.trace?.begin(label);
  }

  private runHook(label: string): void {
    const hook = this.hooks.get(label);
    if (!hook) return;
    hook.waiting.get(hook.seen++)?.();
  }
}
