/** What sounds is of a file that is another by now: it is meant anew where it sounds. */
import { beforeEach, expect, it } from "vitest";
import { createActor, type Actor } from "xstate";
import { playerMachine } from "#engine/machines/player.machine.ts";
import type { Target } from "#engine/machines/playerContext.ts";
import { fault } from "#engine/protocol/faults.ts";

let posts: (Target & { readonly generation: number })[];
let player: Actor<typeof playerMachine>;
beforeEach(() => {
  posts = [];
  player = createActor(
    playerMachine.provide({
      actions: {
        postIntention: ({ context: { generation, target } }) =>
          void posts.push({ generation, ...target! }),
        passOver: () => undefined,
      },
    }),
    { input: { chosen: "adaptive@80", counterpart: "original" } },
  ).start();
  player.send({ type: "output.created", rate: 1000 });
  player.send({ type: "track.load", track: "A", frame: 700 });
  player.send({ type: "supply.prepared", generation: 1 });
});
const intention = () => player.getSnapshot().value.intention;

it("whichever is known first: that it is, or that it sounds", () => {
  player.send({ type: "supply.outdated", generation: 1 });
  expect(posts).toHaveLength(1);
  player.send({ type: "lane.committed", generation: 1, frame: 720 });
  expect(posts).toHaveLength(2);
  expect(posts[1]).toMatchObject({ track: "A", frame: 720, alignTo: 1 });
  player.send({ type: "lane.committed", generation: 2, frame: 730 });
  expect(intention()).toBe("settled");
  player.send({ type: "supply.outdated", generation: 2 });
  expect(posts).toHaveLength(3);
});

it("and what could not be had before is told of still, until something else is clicked", () => {
  const missing = fault("file-missing", "gone");
  player.send({ type: "lane.committed", generation: 1, frame: 720 });
  player.send({ type: "track.load", track: "B", frame: 0 });
  player.send({ type: "intention.failed", generation: 2, fault: missing });
  player.send({ type: "supply.outdated", generation: 1 });
  expect(posts[2]).toMatchObject({ generation: 3, track: "A" });
  player.send({ type: "supply.prepared", generation: 3 });
  player.send({ type: "lane.committed", generation: 3, frame: 30 });
  expect(player.getSnapshot().context).toMatchObject({ fault: missing, failedTrack: "B" });
  player.send({ type: "transport.seek", frame: 5000 });
  player.send({ type: "lane.committed", generation: 4, frame: 5000 });
  expect(player.getSnapshot().context.fault).toBeNull();
});
