import { describe, expect, it } from "vitest";
import { createActor } from "xstate";
import { playerMachine } from "#engine/machines/player.machine.ts";

/** A player that was given second 10 of a track of 48 kHz while there was no output. */
function begin() {
  const silent = { postIntention: () => undefined };
  const player = createActor(playerMachine.provide({ actions: silent }), {
    input: { chosen: "original", counterpart: "warm@80" },
  });
  player.start();
  player.send({ type: "track.load", track: "a", frame: 480_000 });
  return player;
}

const frameOf = (player: ReturnType<typeof begin>) => player.getSnapshot().context.target?.frame;

describe("a place that was meant before there was an output", () => {
  it("is the same time at the output's rate", () => {
    const player = begin();
    player.send({ type: "output.created", rate: 44_100, countedAt: 48_000 });
    expect(frameOf(player)).toBe(441_000);
    // from now on it is the output's rate that frames are counted at, whatever the track's is
    player.send({ type: "output.created", rate: 48_000, countedAt: 8000 });
    expect(frameOf(player)).toBe(480_000);
  });

  it("is the same frame at the same rate", () => {
    const player = begin();
    player.send({ type: "output.created", rate: 48_000, countedAt: 48_000 });
    expect(frameOf(player)).toBe(480_000);
  });
});
