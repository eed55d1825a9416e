/** Session pump: asks the cache for the segments that a player's wants lie in, and sends their
 *  frames as slices, urgent before bulk, as far as credit and socket allow. */
import { askPriority } from "../../machines/askPriority.ts";
import type { LackingRun, Resolve, SendPlan } from "../../machines/sendPlan.ts";
import { parseSegmentId, segmentId, type SegmentId } from "../../machines/segmentId.ts";
import type { Clock, TimerId } from "../../ports/clock.ts";
import { type Fault } from "../../protocol/faults.ts";
import { frames, intervalFrames, locate } from "../../protocol/geometry.ts";
import type { HostMessage } from "../../protocol/hostMessages.ts";
import { lanes, limits, type Lane } from "../../protocol/limits.ts";
import { sliceHeaderBytes, type Slice } from "../../protocol/slice.ts";
import type { HostConfig } from "../hostApi.ts";
import type { SegmentAccess, SegmentAccessAsk } from "./segmentAccess.ts";
import type { SegmentBytes } from "./segmentBytes.ts";

export type SessionPumpParts = {
  /** of the session: askers take turns */
  readonly name: string;
  readonly clock: Clock;
  readonly config: HostConfig;
  readonly plan: SendPlan;
  readonly resolve: Resolve;
  readonly access: SegmentAccess;
  readonly bytes: SegmentBytes;
  readonly bufferedBytes: () => number;
  readonly send: (message: HostMessage) => void;
  /** @returns bytes of the frame */
  readonly sendSlice: (slice: Slice) => number;
  /** bytes of an asked segment advanced */
  readonly advanced: () => void;
  /** the socket has enough for now; `hasSent`: something left since it had enough before */
  readonly filled: (hasSent: boolean) => void;
  /** a segment that failed may be asked for again */
  readonly retryDue: () => void;
};

type Piece = LackingRun & { readonly id: SegmentId; readonly segment: number; readonly lane: Lane };
type Asked = {
  readonly ask: SegmentAccessAsk;
  readonly isOriginal: boolean;
  priority: string;
  deadlineMs: number;
};
type Resting = { readonly attempts: number; readonly untilMs: number };

/** segments that a session may have asked for at once, leased ones included */
const asksMax = 8;
/** pieces of wants that are looked at, per lane: a want may reach as far as it likes */
const piecesMax = 64;
/** a deadline is told anew when it moved by more */
const deadlineSlackMs = 1000;
/** ms before a segment that failed is asked for again: doubles up to the longest rest, and goes on as
 *  long as the segment is wanted, since what made it fail may end */
const restMs = 1000;
const restMaxMs = 8000;
/** the failures that a player is told of */
const toldAttempts: readonly number[] = [1, 4];

export class SessionPump {
  readonly #parts: SessionPumpParts;
  readonly #asks = new Map<SegmentId, Asked>();
  readonly #resting = new Map<SegmentId, Resting>();
  readonly #timers = new Set<TimerId>();
  #urgentBytes: number;
  #urgentEnd = "";
  #isStale = true;
  /** since the socket had enough */
  #hasSent = false;

  constructor(parts: SessionPumpParts) {
    this.#parts = parts;
    this.#urgentBytes = parts.config.firstSliceBytes;
  }

  /** The demand or a rendition changed: what is asked for may be something else now. */
  refresh(): void {
    this.#isStale = true;
  }

  /** Sends what can be sent now. */
  pump(): void {
    const { config, bufferedBytes } = this.#parts;
    for (;;) {
      if (this.#isStale) this.#ask();
      if (this.#asks.size === 0) return;
      if (bufferedBytes() > config.socketBytesMax) return this.#fill();
      if (!this.#sendOne()) return;
      this.#hasSent = true;
    }
  }

  #fill(): void {
    const hasSent = this.#hasSent;
    this.#hasSent = false;
    this.#parts.filled(hasSent);
  }

  releaseAll(): void {
    for (const { ask } of [...this.#asks.values()].reverse()) ask.release(false);
    this.#asks.clear();
    for (const timer of this.#timers) this.#parts.clock.clearTimeout(timer);
    this.#timers.clear();
  }

  /** Segments on their way to this player: ms until the first bytes of each can be read. */
  coming(): ReadonlyMap<SegmentId, number> {
    return new Map([...this.#asks].map(([id, { ask }]) => [id, ask.readyInMs()]));
  }

  get askCount(): number {
    return this.#asks.size;
  }

  /** Asks for the segments of the first pieces lacking, and gives the others back. */
  #ask(): void {
    this.#isStale = false;
    const { plan, clock, access, name } = this.#parts;
    const { demand } = plan;
    const nowMs = clock.now();
    const needed = new Map<SegmentId, Piece>();
    for (const lane of lanes)
      for (const piece of this.#pieces(lane)) {
        if (needed.size >= asksMax) break;
        const resting = this.#resting.get(piece.id);
        if (resting && resting.untilMs > nowMs) continue;
        if (!needed.has(piece.id)) needed.set(piece.id, piece);
      }
    // last asked, first released: a slot that falls free is not given to what is released next
    for (const [id, { ask, isOriginal }] of [...this.#asks].reverse()) {
      if (needed.has(id)) continue;
      this.#asks.delete(id);
      if (this.#isServed(id)) ask.release(true);
      // an original is read again as soon as that, and may wait for its source
      else if (isOriginal || demand?.playing !== true) ask.release(false);
      else {
        // who plays on may come back to what he leaves: made to the end, while nobody needs its place
        ask.urge("background", Number.MAX_SAFE_INTEGER);
        ask.release(true);
      }
    }
    for (const [id, piece] of needed) {
      const { priority, deadlineMs } = askPriority(demand!, piece.want, piece.from, nowMs);
      const known = this.#asks.get(id);
      if (!known) {
        let isOver = false; // it may fail before `ask` returns
        const listener = {
          advanced: () => this.#parts.advanced(),
          failed: (why: Fault) => {
            isOver = true;
            this.#failed(piece, why);
          },
        };
        const isOriginal = piece.want.variant === "original";
        const ask = access.ask(id, isOriginal, priority, deadlineMs, listener, { name });
        if (!isOver) this.#asks.set(id, { ask, isOriginal, priority, deadlineMs });
      } else if (
        known.priority !== priority ||
        Math.abs(known.deadlineMs - deadlineMs) > deadlineSlackMs
      ) {
        Object.assign(known, { priority, deadlineMs });
        known.ask.urge(priority, deadlineMs);
      }
    }
  }

  /** Whether the player still wants frames of a segment: then it has them all. */
  #isServed(id: SegmentId): boolean {
    const { plan, resolve, bytes } = this.#parts;
    const held = bytes.get(id);
    return held !== undefined && plan.wants(parseSegmentId(id)!.key, held, resolve);
  }

  /** Lacking runs cut at segments, most important first; lazily, as wants may reach far. */
  *#pieces(lane: Lane): Generator<Piece> {
    const { plan, resolve, config } = this.#parts;
    const rate = plan.demand?.rate;
    if (rate === undefined) return;
    const interval = intervalFrames(config.geometry, rate);
    let pieces = 0;
    for (const run of plan.lacking(lane, resolve))
      for (let from = run.from; from < run.until;) {
        const { segment, offset } = locate(config.geometry, rate, frames(from));
        const until = Math.min(run.until, from - offset + interval);
        if (pieces++ >= piecesMax) return;
        yield { ...run, from, until, lane, segment, id: segmentId(run.key, segment) };
        from = until;
      }
  }

  #sendOne(): boolean {
    for (const lane of lanes) {
      let left = this.#asks.size;
      let last = "";
      for (const piece of this.#pieces(lane)) {
        const asked = this.#asks.get(piece.id);
        if (asked && piece.id !== last) left--;
        last = piece.id;
        if (asked?.ask.tier()) {
          if (this.#sendPiece(piece)) return true;
          break; // it is on its way, or the lane is out of credit: nothing overtakes it
        }
        if (left <= 0 && !asked) break; // nothing of what follows is asked for
      }
    }
    return false;
  }

  /** @returns false when there is nothing to send yet, or no credit to send it */
  #sendPiece(piece: Piece): boolean {
    const { bytes, plan, config, sendSlice } = this.#parts;
    const held = bytes.get(piece.id);
    if (!held) return false;
    const frameBytes = held.channels * 2;
    const available = Math.min(piece.until, held.from + held.filled) - piece.from;
    if (available <= 0) return false;
    const most = Math.max(1, Math.floor(this.#sliceBytes(piece) / frameBytes));
    const isWhole = held.filled === held.until - held.from;
    const isShort = available < Math.min(most, piece.until - piece.from);
    if (piece.lane === "bulk" && isShort && !isWhole) return false;
    const affordable = Math.floor((plan.creditLeft(piece.lane) - sliceHeaderBytes) / frameBytes);
    const wished = Math.min(available, most);
    if (affordable < Math.min(wished, Math.ceil(most / 8))) return false;
    const count = Math.min(wished, affordable);
    const until = piece.from + count;
    const offset = (piece.from - held.from) * frameBytes;
    const size = sendSlice({
      key: piece.key,
      segment: piece.segment,
      start: frames(piece.from),
      frames: frames(count),
      channels: held.channels,
      lane: piece.lane,
      remaining: frames(held.until - until),
      samples: held.samples.subarray(offset, offset + count * frameBytes),
    });
    plan.sent(piece.lane, piece.key, { from: piece.from, until }, size);
    if (piece.lane === "urgent") {
      this.#urgentBytes = Math.min(config.sliceBytesMax, this.#sliceBytes(piece) * 2);
      this.#urgentEnd = `${piece.key} ${until}`;
    }
    this.#resting.delete(piece.id);
    if (until === piece.until) this.#isStale = true;
    return true;
  }

  /** An urgent answer begins small and doubles as long as it goes on where it stopped. */
  #sliceBytes(piece: Piece): number {
    const { config } = this.#parts;
    const most = Math.min(config.sliceBytesMax, limits.sliceBytesMax);
    if (piece.lane === "bulk") return most;
    const goesOn = this.#urgentEnd === `${piece.key} ${piece.from}`;
    return Math.min(most, goesOn ? this.#urgentBytes : config.firstSliceBytes);
  }

  #failed(piece: Piece, why: Fault): void {
    const { clock, send, plan, retryDue } = this.#parts;
    this.#asks.delete(piece.id);
    const attempts = (this.#resting.get(piece.id)?.attempts ?? 0) + 1;
    const isOver = !why.retryable;
    const waitMs = isOver
      ? Number.POSITIVE_INFINITY
      : Math.min(restMaxMs, restMs * 2 ** (attempts - 1));
    this.#resting.set(piece.id, { attempts, untilMs: clock.now() + waitMs });
    if (toldAttempts.includes(attempts) || isOver)
      send({ type: "fault", fault: why, demand: plan.demand?.demand, track: piece.want.track });
    if (isOver) return;
    const timer = clock.setTimeout(() => {
      this.#timers.delete(timer);
      this.#isStale = true;
      retryDue();
    }, waitMs);
    this.#timers.add(timer);
  }
}
