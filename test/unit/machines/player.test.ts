import { beforeEach, describe, expect, it } from "vitest";
import { createActor, type Actor } from "xstate";
import { playerMachine } from "#engine/machines/player.machine.ts";
import { isHeld, standsIn } from "#engine/machines/playerContext.ts";
import { fault } from "#engine/protocol/faults.ts";

type Post = { generation: number; track: string; frame: number; variant: string; alignTo: unknown };

let posts: Post[];
let advances: number;
let passed: number;
let player: Actor<typeof playerMachine>;

beforeEach(() => {
  posts = [];
  advances = 0;
  passed = 0;
  player = createActor(
    playerMachine.provide({
      actions: {
        postIntention: ({ context }) => {
          posts.push({ generation: context.generation, ...context.target! });
        },
        advance: () => void advances++,
        passOver: () => void passed++,
      },
    }),
    { input: { chosen: "adaptive@80", counterpart: "original" } },
  ).start();
  player.send({ type: "output.created", rate: 1000 });
});

const last = () => posts.at(-1)!;
const state = () => player.getSnapshot().value;
function commit(frame = last().frame) {
  player.send({ type: "supply.prepared", generation: last().generation });
  player.send({ type: "lane.committed", generation: last().generation, frame });
}
function playing(track = "A") {
  player.send({ type: "track.load", track, frame: 0 });
  player.send({ type: "transport.play" });
  commit();
}

describe("an intention", () => {
  it("is posted once per click, and settled by the mixer's commit alone", () => {
    player.send({ type: "track.load", track: "A", frame: 0 });
    expect(posts).toHaveLength(1);
    player.send({ type: "supply.prepared", generation: 1 });
    expect(state()).toMatchObject({ intention: "committing", supply: "empty" });
    player.send({ type: "lane.committed", generation: 1, frame: 0 });
    expect(state()).toMatchObject({ intention: "settled", supply: "ready" });
  });

  it("that is settled waits for nothing any more, though it was said last what it waits for", () => {
    player.send({ type: "variant.choose", variant: "original", counterpart: "adaptive@80" });
    player.send({ type: "track.load", track: "A", frame: 0 });
    player.send({ type: "supply.waiting", generation: 1, waitsFor: "decoding" });
    expect(player.getSnapshot().context.waitsFor).toBe("decoding");
    commit();
    expect(player.getSnapshot().context.waitsFor).toBeNull();
  });

  it("INTENT-7 of a superseded track neither settles nor fails the newer one", () => {
    player.send({ type: "track.load", track: "A", frame: 0 });
    player.send({ type: "track.load", track: "B", frame: 0 });
    player.send({ type: "supply.prepared", generation: 1 });
    player.send({
      type: "intention.failed",
      generation: 1,
      fault: fault("file-corrupt", "broken"),
    });
    expect(state()).toMatchObject({ intention: "preparing" });
    commit();
    expect(player.getSnapshot().context.heard).toMatchObject({ track: "B" });
    expect(player.getSnapshot().context.fault).toBeNull();
  });

  it("INTENT-3 a preset switch, then a seek: the new preset at the new position", () => {
    playing();
    player.send({ type: "variant.choose", variant: "warm@80", counterpart: "original" });
    expect(last()).toMatchObject({ variant: "warm@80", alignTo: 1 });
    player.send({ type: "transport.seek", frame: 5000 });
    expect(last()).toMatchObject({ variant: "warm@80", frame: 5000, alignTo: null });
  });

  it("INTENT-4 a seek, then a preset switch: the same", () => {
    playing();
    player.send({ type: "transport.seek", frame: 5000 });
    player.send({ type: "variant.choose", variant: "warm@80", counterpart: "original" });
    // if the seek was committed meanwhile the switch follows its position, else it begins there
    expect(last()).toMatchObject({ variant: "warm@80", frame: 5000, alignTo: 2 });
  });

  it("waits for an output and is posted when there is one", () => {
    posts = [];
    const early = createActor(
      playerMachine.provide({
        actions: {
          postIntention: ({ context }) => {
            posts.push({ generation: context.generation, ...context.target! });
          },
        },
      }),
      { input: { chosen: "original", counterpart: "adaptive@80" } },
    ).start();
    early.send({ type: "track.load", track: "A", frame: 7 });
    expect(posts).toEqual([]);
    early.send({ type: "output.created", rate: 1000 });
    expect(last()).toMatchObject({ track: "A", frame: 7 });
  });

  it("OUT-4 is made anew, at the frame that was heard, when the output was rebuilt", () => {
    playing();
    player.send({ type: "lane.moved", generation: 1, frame: 4321 });
    player.send({ type: "output.created", rate: 2000 });
    expect(last()).toMatchObject({ track: "A", frame: 8642, alignTo: null });
  });

  it("OUT-4 in place goes on where the sound was, however long it had been pending", () => {
    playing();
    player.send({ type: "lane.moved", generation: 1, frame: 100 });
    player.send({ type: "variant.choose", variant: "original", counterpart: "adaptive@80" });
    player.send({ type: "lane.moved", generation: 1, frame: 4321 });
    player.send({ type: "output.created", rate: 1000 });
    expect(last()).toMatchObject({ variant: "original", frame: 4321, alignTo: null });
  });

  it("that fails leaves what sounds, and says why", () => {
    playing();
    player.send({ type: "track.load", track: "B", frame: 0 });
    const why = fault("file-corrupt", "broken");
    player.send({ type: "intention.failed", generation: 2, fault: why });
    expect(state()).toMatchObject({ intention: "settled", supply: "ready" });
    expect(player.getSnapshot().context).toMatchObject({
      fault: why,
      failedTrack: "B",
      target: { track: "A" },
    });
    expect(passed).toBe(1);
    player.send({ type: "transport.pause" });
    expect(player.getSnapshot().context.fault).toBeNull();
  });

  it("that fails with nothing sounding is an error, and the next click clears it", () => {
    player.send({ type: "track.load", track: "B", frame: 0 });
    const why = fault("file-corrupt", "broken");
    player.send({ type: "intention.failed", generation: 1, fault: why });
    expect(state()).toMatchObject({ supply: "failed" });
    player.send({ type: "track.load", track: "A", frame: 0 });
    expect(state()).toMatchObject({ supply: "empty", intention: "preparing" });
    expect(player.getSnapshot().context.fault).toBeNull();
  });
});

describe("analysis", () => {
  it("is never waited for: the original stands in, then the enhanced one takes over in place", () => {
    player.send({ type: "track.load", track: "A", frame: 0 });
    player.send({ type: "transport.play" });
    player.send({ type: "supply.waiting", generation: 1, waitsFor: "analysing" });
    expect(last()).toMatchObject({ generation: 2, variant: "original" });
    commit();
    player.send({ type: "lane.moved", generation: 2, frame: 900 });
    player.send({ type: "rendition.readied", track: "A", variant: "adaptive@80" });
    expect(last()).toMatchObject({ variant: "adaptive@80", frame: 900, alignTo: 2 });
    expect(player.getSnapshot().context.awaited).toBeNull();
  });

  it("that is over before the mixer hears of the stand-in: the stand-in is given up", () => {
    player.send({ type: "track.load", track: "A", frame: 0 });
    player.send({ type: "supply.waiting", generation: 1, waitsFor: "analysing" });
    expect(last()).toMatchObject({ generation: 2, variant: "original", alignTo: 1 });
    // the report was late: by now the enhanced variant has been prepared, and takes over
    player.send({ type: "lane.committed", generation: 1, frame: 0 });
    expect(last()).toMatchObject({ generation: 3, variant: "adaptive@80", alignTo: 1 });
    expect(player.getSnapshot().context.awaited).toBeNull();
  });

  it("goes on where anything sounds that the stand-in would go on from: the stand-in is given up", () => {
    player.send({ type: "track.load", track: "A", frame: 0 });
    player.send({ type: "variant.choose", variant: "bright@80", counterpart: "original" });
    player.send({ type: "supply.waiting", generation: 2, waitsFor: "analysing" });
    expect(standsIn(player.getSnapshot().context)).toBe(true);
    // the mixer had taken over the variant before, and takes no stand-in any more
    player.send({ type: "lane.committed", generation: 1, frame: 0 });
    expect(last()).toMatchObject({ generation: 4, variant: "bright@80", alignTo: 1 });
    expect(player.getSnapshot().context.awaited).toBe(null);
    player.send({ type: "supply.waiting", generation: 4, waitsFor: "analysing" });
    expect(posts).toHaveLength(4);
  });

  it("of a variant chosen in place lets the old one sound meanwhile", () => {
    playing();
    player.send({ type: "variant.choose", variant: "warm@80", counterpart: "original" });
    player.send({ type: "supply.waiting", generation: 2, waitsFor: "analysing" });
    expect(posts).toHaveLength(2);
    expect(state()).toMatchObject({ intention: "preparing", supply: "ready" });
  });

  it("that ends after the listener chose the original changes nothing", () => {
    player.send({ type: "track.load", track: "A", frame: 0 });
    player.send({ type: "supply.waiting", generation: 1, waitsFor: "analysing" });
    commit();
    player.send({ type: "variant.choose", variant: "original", counterpart: "adaptive@80" });
    const before = posts.length;
    player.send({ type: "rendition.readied", track: "A", variant: "adaptive@80" });
    expect(posts).toHaveLength(before);
  });
});

describe("the end of a track", () => {
  it("INTENT-10 advances once, and not when something newer is meant already", () => {
    playing();
    player.send({ type: "track.load", track: "B", frame: 0 });
    player.send({ type: "lane.ended", generation: 1 });
    expect(advances).toBe(0);
    commit();
    expect(state()).toMatchObject({ supply: "ready" });
    player.send({ type: "lane.ended", generation: 2 });
    player.send({ type: "lane.ended", generation: 2 });
    expect(advances).toBe(1);
  });

  it("is left by Play, from the beginning", () => {
    playing();
    player.send({ type: "lane.ended", generation: 1 });
    player.send({ type: "transport.play" });
    expect(last()).toMatchObject({ track: "A", frame: 0, alignTo: null });
  });
});

describe("an intention that was given up", () => {
  const why = fault("file-corrupt", "broken");
  const fail = (generation: number) =>
    player.send({ type: "intention.failed", generation, fault: why });
  const context = () => player.getSnapshot().context;
  const readied = () =>
    player.send({ type: "rendition.readied", track: "A", variant: "adaptive@80" });

  it("does not keep the end of what sounds from leading on, nor Play from beginning again", () => {
    playing();
    player.send({ type: "track.load", track: "B", frame: 0 });
    fail(2);
    player.send({ type: "lane.ended", generation: 1 });
    expect(advances).toBe(1);
    player.send({ type: "transport.play" });
    expect(last()).toMatchObject({ generation: 3, track: "A", frame: 0 });
  });

  it("does not keep what sounded before from being heard: silence waits for no other commit", () => {
    playing();
    player.send({ type: "transport.pause" });
    player.send({ type: "track.load", track: "B", frame: 0 });
    expect(isHeld(context())).toBe(true);
    fail(2);
    expect(isHeld(context())).toBe(false);
  });

  it("does not hide that there will be no more of what sounded either", () => {
    playing();
    player.send({ type: "lane.starved" });
    player.send({ type: "track.load", track: "B", frame: 0 });
    fail(2);
    fail(1);
    expect(state()).toMatchObject({ supply: "failed" });
  });

  it("is followed by what was committed before it, though that is heard of later", () => {
    playing();
    player.send({ type: "track.load", track: "B", frame: 0 });
    player.send({ type: "track.load", track: "C", frame: 0 });
    fail(3);
    player.send({ type: "lane.committed", generation: 2, frame: 0 });
    expect(context()).toMatchObject({ heard: { track: "B" }, target: { track: "B", alignTo: 2 } });
    player.send({ type: "variant.choose", variant: "original", counterpart: "adaptive@80" });
    expect(last()).toMatchObject({ track: "B", variant: "original" });
  });

  it("with nothing sounding is what Play tries again, and Play prepares it like any other", () => {
    playing();
    player.send({ type: "lane.ended", generation: 1 });
    player.send({ type: "track.load", track: "B", frame: 0 });
    fail(2);
    expect(state()).toMatchObject({ intention: "settled", supply: "failed" });
    player.send({ type: "transport.play" });
    expect(last()).toMatchObject({ generation: 3, track: "B", frame: 0 });
    expect(state()).toMatchObject({ intention: "preparing", supply: "empty" });
    player.send({ type: "supply.waiting", generation: 3, waitsFor: "analysing" });
    expect(last()).toMatchObject({ generation: 4, variant: "original" });
  });

  it("with nothing sounding stays explained until there is something new", () => {
    player.send({ type: "track.load", track: "A", frame: 0 });
    player.send({ type: "transport.play" });
    fail(1);
    player.send({ type: "transport.pause" });
    player.send({ type: "variant.choose", variant: "adaptive@80", counterpart: "original" });
    expect(state()).toMatchObject({ supply: "failed" });
    expect(context().fault).toEqual(why);
  });

  it("that stood in is followed by what it stood in for", () => {
    player.send({ type: "track.load", track: "A", frame: 0 });
    player.send({ type: "supply.waiting", generation: 1, waitsFor: "analysing" });
    fail(2);
    expect(state()).toMatchObject({ supply: "failed" });
    readied();
    expect(last()).toMatchObject({ generation: 3, variant: "adaptive@80" });
    expect(state()).toMatchObject({ intention: "preparing", supply: "empty" });
  });

  it("leaves nothing awaited that is not chosen any more", () => {
    playing();
    player.send({ type: "variant.choose", variant: "original", counterpart: "adaptive@80" });
    fail(2);
    player.send({ type: "output.created", rate: 1000 });
    expect(last()).toMatchObject({ generation: 3, variant: "adaptive@80" });
    player.send({ type: "supply.waiting", generation: 3, waitsFor: "analysing" });
    expect(last()).toMatchObject({ generation: 4, variant: "original" });
    readied();
    expect(last()).toMatchObject({ generation: 4 });
  });
});

it("a track whose end is learnt while its data are late leads on to the next", () => {
  playing();
  player.send({ type: "lane.starved" });
  player.send({ type: "lane.ended", generation: 1 });
  expect(advances).toBe(1);
  expect(state()).toMatchObject({ supply: "ended" });
});
