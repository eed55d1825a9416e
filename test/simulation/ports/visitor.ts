/** Somebody who connects to the host without being one of the players: another client, a curious person, a
 *  port scanner. Says what it has to say as soon as it is connected, hears what comes, and goes. */
import { protocolVersion } from "#engine/protocol/limits.ts";
import type { ClientMessage } from "#engine/protocol/clientMessages.ts";
import { simulatedToken } from "../simulatedConfig.ts";
import type { World } from "../world/world.ts";
import type { Network } from "./network.ts";

/** @param words sent as they are, one after the other @param forMs how long it stays */
export function visit(
  world: World,
  network: Network,
  words: readonly (string | Uint8Array)[],
  forMs: number,
): void {
  const realm = world.realm("visitor");
  const socket = network.connector(realm)({ url: "" }, ({ type }) => {
    if (type !== "opened") return;
    for (const word of words) socket.send(word);
  });
  world.schedule(forMs, "visitor.leaves", () => socket.close(1000, ""), realm);
}

/** How a client begins. @param player as it names itself @param token null: none */
export function helloOf(player: string, token: string | null = simulatedToken): ClientMessage {
  return {
    type: "hello",
    version: protocolVersion,
    player,
    ...(token !== null && { token }),
    credit: { urgent: 1024, bulk: 1024 },
  };
}
