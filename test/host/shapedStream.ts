/** One direction of one connection through the shaping proxy: packets wait here until they arrive, in order. */
import type { Socket } from "node:net";
import { packetBytes, type PacketSchedule } from "./packetSchedule.ts";

export type StreamRules = {
  /** Counts what goes through. @returns how much of it does; less than all: the line is cut behind it */
  readonly carry: (bytes: Buffer) => number;
  readonly isHeld: () => boolean;
  readonly onCut: () => void;
};

/** null: the sender has ended */
type Packet = { readonly bytes: Buffer | null; readonly atMs: number };

/** ms that packets wait for the line at most before the sender is slowed down, as in a router's queue */
const queueMs = 100;

export class ShapedStream {
  private readonly from: Socket;
  private readonly to: Socket;
  private readonly schedule: PacketSchedule;
  private readonly rules: StreamRules;
  private packets: Packet[] = [];
  private lastMs = 0;
  private timer: NodeJS.Timeout | undefined;
  isSilent = false;

  constructor(from: Socket, to: Socket, schedule: PacketSchedule, rules: StreamRules) {
    this.from = from;
    this.to = to;
    this.schedule = schedule;
    this.rules = rules;
    from.on("data", (bytes: Buffer) => this.take(bytes));
    from.on("end", () => {
      if (this.isSilent) return;
      this.enqueue({ bytes: null, atMs: this.schedule.send(0, performance.now()) });
      this.deliver();
    });
    // a reset is followed by a close
    from.on("error", () => {});
    from.on("close", (hasFailed) => {
      if (hasFailed && !this.isSilent) this.break();
    });
    to.on("drain", () => this.deliver());
    to.on("close", () => clearTimeout(this.timer));
  }

  get waitingBytes(): number {
    return this.packets.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0);
  }

  /** Resets the receiver; what is under way is lost. */
  break(): void {
    this.packets = [];
    clearTimeout(this.timer);
    if (!this.to.destroyed) this.to.resetAndDestroy();
  }

  /** From now on nothing arrives, and the sender does not notice. */
  silence(): void {
    this.isSilent = true;
    this.packets = [];
    this.from.resume();
  }

  /** Hands on what has arrived by now, as far as the receiver takes it. */
  deliver(): void {
    clearTimeout(this.timer);
    const nowMs = performance.now();
    this.to.cork();
    for (;;) {
      const [packet] = this.packets;
      if (!packet || this.to.destroyed || this.to.writableNeedDrain || this.rules.isHeld()) break;
      if (packet.atMs > nowMs) {
        this.timer = setTimeout(() => this.deliver(), packet.atMs - nowMs);
        break;
      }
      this.packets.shift();
      if (packet.bytes === null) this.to.end();
      else if (!this.handOn(packet.bytes)) return;
    }
    this.to.uncork();
    this.regulate();
  }

  private handOn(bytes: Buffer): boolean {
    const most = this.rules.carry(bytes);
    this.to.write(bytes.subarray(0, most));
    if (most === bytes.length) return true;
    this.to.uncork();
    this.rules.onCut();
    return false;
  }

  private take(bytes: Buffer): void {
    if (this.isSilent) return;
    const nowMs = performance.now();
    for (let at = 0; at < bytes.length; at += packetBytes) {
      const packet = bytes.subarray(at, at + packetBytes);
      this.enqueue({ bytes: packet, atMs: this.schedule.send(packet.length, nowMs) });
    }
    this.deliver();
  }

  /** One behind a late one is as late. */
  private enqueue(packet: Packet): void {
    this.lastMs = Math.max(this.lastMs, packet.atMs);
    this.packets.push({ ...packet, atMs: this.lastMs });
  }

  /** The sender's own buffers are what is full when the line is. */
  private regulate(): void {
    if (this.isSilent) return;
    const backlogMs = this.schedule.backlogMs(performance.now());
    // with nothing waiting here nothing would wake it up again; what is held up is all taken, to be counted
    const isFull = this.packets.length > 0 && (backlogMs > queueMs || this.to.writableNeedDrain);
    if (isFull && !this.from.isPaused()) this.from.pause();
    else if (!isFull && this.from.isPaused()) this.from.resume();
  }
}
