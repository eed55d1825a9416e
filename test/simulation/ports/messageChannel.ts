/** Two message ports that talk to each other: structured clones, in order, never lost, a little late.
 *  A port itself travels as a `PortTicket`, which whoever receives it opens once. */
import type { Port } from "#engine/ports/messagePort.ts";
import type { Emit } from "#engine/ports/port.ts";
import type { Realm } from "../world/realm.ts";
import type { World } from "../world/world.ts";
import { describe, type Sent } from "../world/trace.ts";
import { structuredCopy } from "./structuredCopy.ts";

export type ChannelDelay = {
  readonly minMs: number;
  readonly maxMs: number;
  /** now and then the receiver is busy with something else */
  readonly stall?: { readonly chance: number; readonly maxMs: number };
  /** ms by which what the second end sends now is late at most, for as long as something is wrong */
  readonly lateMs?: () => number;
};

/** ms between two arrivals at one end, so that no tie can change their order */
const shortestMs = 1e-6;

/** ms for which a closed end may still hear what was under way */
const closingMs = 2;

type End = {
  readonly realm: Realm;
  /** who speaks and hears here, in a trace */
  readonly party: string;
  readonly inbox: { readonly message: unknown; readonly sent: Sent | undefined }[];
  /** how many of the inbox have arrived */
  arrived: number;
  emit: Emit<unknown> | null;
  speaks: boolean;
  hears: boolean;
  lastArrival: number;
};

/** @param name labels the events, `name>type` one way and `name<type` the other
 *  @param parties who is at either end, in a trace
 *  @returns the two ends, the first living in `realms[0]` */
export function messageChannel(
  world: World,
  name: string,
  realms: readonly [Realm, Realm],
  delay: ChannelDelay,
  parties: readonly [string, string] = [realms[0].name, realms[1].name],
): readonly [Port, Port] {
  const random = world.random.fork(name);
  const ends = realms.map((realm, at): End => {
    const life = { arrived: 0, speaks: true, hears: true, lastArrival: 0 };
    return { realm, party: parties[at]!, inbox: [], emit: null, ...life };
  }) as [End, End];

  function post(from: End, to: End, arrow: string, message: unknown, transfer: readonly unknown[]) {
    if (!from.speaks || !to.hears) return;
    const buffers = transfer.filter((item): item is ArrayBuffer => item instanceof ArrayBuffer);
    const copy = structuredCopy(message, buffers);
    const { minMs, maxMs, stall, lateMs } = delay;
    const late = from === ends[1] ? (lateMs?.() ?? 0) : 0;
    const stalled = stall && random.chance(stall.chance) ? random.between(0, stall.maxMs) : 0;
    const at =
      world.now + random.between(minMs, maxMs) + stalled + (late > 0 ? random.between(0, late) : 0);
    to.lastArrival = Math.max(to.lastArrival + shortestMs, at);
    to.inbox.push({ message: copy, sent: world.trace?.sent(from.party) });
    const label = `${name}${arrow}${kindOf(copy)}`;
    world.schedule(to.lastArrival - world.now, label, () => arrive(to, world), to.realm);
  }

  function port(mine: End, theirs: End, arrow: string): Port {
    return {
      post: (message, transfer = []) => post(mine, theirs, arrow, message, transfer),
      listen: (emit) => {
        mine.emit = emit;
        world.schedule(0, `${name}.listen`, () => drain(mine, world), mine.realm);
      },
      // as on the platform: silent at once, deaf a little later
      close: () => {
        mine.speaks = false;
        const deafen = (): void => {
          mine.hears = false;
        };
        const delayMs = random.between(0, closingMs);
        world.schedule(delayMs, `${name}.closed`, deafen, mine.realm);
      },
    };
  }
  return [port(ends[0], ends[1], ">"), port(ends[1], ends[0], "<")];
}

function arrive(end: End, world: World): void {
  end.arrived++;
  drain(end, world);
}

function drain(end: End, world: World): void {
  while (end.hears && end.emit && end.arrived > 0) {
    end.arrived--;
    const { message, sent } = end.inbox.shift()!;
    if (sent) world.trace?.arrive(sent, end.party, kindOf(message), describe(message));
    end.emit(message);
  }
}

function kindOf(message: unknown): string {
  const type = (message as { readonly type?: unknown } | null)?.type;
  return typeof type === "string" ? type : "?";
}

/** Stands for a transferred port inside a message. */
export type PortTicket = { readonly portTicket: number };

/** The ports that are on their way inside a message. */
export class PortCloakroom {
  private readonly ports = new Map<number, Port>();
  private issued = 0;

  leave(port: Port): PortTicket {
    const portTicket = this.issued++;
    this.ports.set(portTicket, port);
    return { portTicket };
  }

  /** @throws Error when the ticket is unknown or was used: a port can be received once */
  collect(ticket: unknown): Port {
    const id = (ticket as Partial<PortTicket> | null)?.portTicket;
    const port = id === undefined ? undefined : this.ports.get(id);
    if (id === undefined || !port) throw new Error("no such port, or received already");
    this.ports.delete(id);
    return port;
  }
}
