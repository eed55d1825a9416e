/** When the packets of one direction of a link arrive. Times go in, times come out: no clock is read. */
import type { SeededRandom } from "../simulation/world/seededRandom.ts";

export type LinkProfile = {
  readonly name: string;
  /** in each direction, so that a round trip takes twice as long, ms */
  readonly delayMs: number;
  /** of either direction; Infinity: no bound */
  readonly bitsPerSecond: number;
  /** share of the packets that are lost on the way once and come again a round trip later. What is behind
   *  such a one waits for it, as in a stream of TCP; the rate stays. */
  readonly stalls: number;
};

/** What figures are measured through. */
export const linkProfiles = {
  loopback: { name: "loopback", delayMs: 0, bitsPerSecond: Infinity, stalls: 0 },
  good: { name: "20 ms/20 Mbit/s", delayMs: 20, bitsPerSecond: 20e6, stalls: 0 },
  poor: {
    name: "80 ms/5 Mbit/s with 1 % stalls",
    delayMs: 80,
    bitsPerSecond: 5e6,
    stalls: 0.01,
  },
} as const satisfies Readonly<Record<string, LinkProfile>>;

/** bytes of a packet: what Ethernet leaves to TCP */
export const packetBytes = 1448;

export class PacketSchedule {
  profile: LinkProfile;
  private readonly random: SeededRandom;
  /** ms at which the last packet has left */
  private leftMs = 0;

  constructor(profile: LinkProfile, random: SeededRandom) {
    this.profile = profile;
    this.random = random;
  }

  /** Until all that was sent has left, ms. */
  backlogMs(nowMs: number): number {
    return Math.max(0, this.leftMs - nowMs);
  }

  /** Sends a packet behind those before it.
   *  @param bytes at most `packetBytes` @returns ms at which it arrives; one behind it may arrive sooner, and
   *  has to wait then */
  send(bytes: number, nowMs: number): number {
    const { bitsPerSecond, delayMs, stalls } = this.profile;
    this.leftMs = Math.max(nowMs, this.leftMs) + (bytes * 8000) / bitsPerSecond;
    const againMs = stalls > 0 && this.random.chance(stalls) ? 2 * delayMs : 0;
    return this.leftMs + delayMs + againMs;
  }
}
