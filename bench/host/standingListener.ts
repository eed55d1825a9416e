/** Somebody who listens at one place for ever and has all that he wants there: a socket that says so, and no
 *  player behind it that would take time from what is measured. */
import { WebSocket } from "ws";
import { protocolVersion, subprotocol } from "#engine/protocol/limits.ts";

const rate = 44_100;

/** @param url as in the host's ready line @returns leaves */
export function standingListener(
  url: string,
  track: string,
  variant: string,
  frame: number,
): () => void {
  const socket = new WebSocket(`${url.replace("http", "ws")}/ws`, subprotocol);
  const say = (message: object): void => socket.send(JSON.stringify(message));
  const want = { track, variant, from: frame, until: frame, lane: "bulk" };
  socket.on("open", () => {
    const player = `bench-${Math.random().toString(36).slice(2)}`;
    say({
      type: "hello",
      version: protocolVersion,
      player,
      credit: { urgent: 262_144, bulk: 262_144 },
    });
    say({
      type: "demand",
      demand: 0,
      received: 0,
      playing: true,
      rate,
      head: { track, variant, frame },
      wants: [want],
      holds: [],
    });
  });
  // the host leaves before its listeners at the end
  socket.on("error", () => {});
  return () => socket.close();
}
