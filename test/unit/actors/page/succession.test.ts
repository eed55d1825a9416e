import { beforeEach, describe, expect, it } from "vitest";
import { createActor, type ActorRefFrom } from "xstate";
import type { TrackEntry } from "#engine/protocol/library.ts";
import type { PageCommand } from "#engine/protocol/pageMessages.ts";
import { Library } from "#engine/actors/page/library.ts";
import { Succession } from "#engine/actors/page/succession.ts";
import { playerMachine } from "#engine/machines/player.machine.ts";
import { queueMachine } from "#engine/machines/queue.machine.ts";

const rate = 1000;
const enhanced = "adaptive@80";

let posted: Extract<PageCommand, { type: "page/succeed" }>[];
let listed: TrackEntry[];
let library: Library;
let player: ActorRefFrom<typeof playerMachine>;
let succession: Succession;

function track(id: string, album: string, durationFrames = 30_000): TrackEntry {
  const names = { title: id, artist: "", album, format: "wav" };
  return { id, ...names, durationFrames, exact: true, sampleRate: rate, channels: 2 };
}

beforeEach(() => {
  posted = [];
  listed = [track("A", "one"), track("B", "one"), track("C", "two")];
  library = new Library(
    (_, emit) => {
      emit({ type: "tracks", list: { tracks: listed, scanning: false, revision: 1 } });
      return () => undefined;
    },
    () => undefined,
  );
  library.read();
  const nothing = (): void => undefined;
  player = createActor(
    playerMachine.provide({
      actions: {
        postIntention: nothing,
        advance: nothing,
        passOver: nothing,
        postSuccession: ({ context }) => succession.post(context),
        tellSuccession: ({ context }) => succession.follow(context),
      },
    }),
    { input: { chosen: enhanced, counterpart: "original" } },
  );
  const queue = createActor(queueMachine);
  succession = new Succession({
    player,
    queue: queue.start(),
    library,
    post: (message) => posted.push(message),
  });
  player.start();
  player.send({ type: "output.created", rate });
});

/** The track sounds, under the first generation. */
function hear(id: string): void {
  library.choose(library.placeOf(id));
  player.send({ type: "track.load", track: id, frame: 0 });
  player.send({ type: "lane.committed", generation: 1, frame: 0 });
}
const appointed = () => posted.map(({ succession: next }) => next?.track ?? null);

describe("what follows", () => {
  it("is the track behind what sounds, in the chosen variant, once its end is near", () => {
    hear("A");
    expect(posted).toEqual([]);
    succession.approach(1);
    const next = { track: "B", variant: enhanced, counterpart: "original", rate, after: 1 };
    expect(posted).toEqual([
      { type: "page/succeed", generation: 2, succession: { ...next, crossfade: 0 } },
    ]);
  });

  it("is appointed as well when the page learns what sounds after it learns that the end is near", () => {
    library.choose(0);
    player.send({ type: "track.load", track: "A", frame: 8000 });
    succession.approach(1);
    expect(posted).toEqual([]);
    player.send({ type: "lane.committed", generation: 1, frame: 8000 });
    expect(appointed()).toEqual(["B"]);
    player.send({ type: "lane.moved", generation: 1, frame: 8100 });
    expect(appointed()).toEqual(["B"]);
  });

  it("is another one when the list has changed, and nothing when nothing is left", () => {
    hear("A");
    succession.approach(1);
    listed = [track("A", "one"), track("C", "two")];
    library.read();
    succession.appoint();
    listed = [track("A", "one")];
    library.read();
    succession.appoint();
    expect(appointed()).toEqual(["B", "C", null]);
    expect(posted.map(({ generation }) => generation)).toEqual([2, 3, 4]);
  });

  it("is crossfaded between albums as long as was chosen, ten seconds at most, and never within one", () => {
    succession.setCrossfade(40);
    hear("A");
    succession.approach(1);
    player.send({ type: "lane.committed", generation: 2, frame: 0 });
    succession.approach(2);
    expect(posted.map(({ succession: next }) => next?.crossfade)).toEqual([0, 10 * rate]);
    expect(appointed()).toEqual(["B", "C"]);
  });

  it("is crossfaded no longer than half of the shorter of the two", () => {
    listed = [track("A", "one"), track("B", "two", 9000)];
    library.read();
    succession.setCrossfade(10);
    hear("A");
    succession.approach(1);
    expect(posted[0]!.succession?.crossfade).toBe(4500);
  });
});
