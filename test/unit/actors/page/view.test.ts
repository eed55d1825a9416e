import { beforeEach, expect, it } from "vitest";
import { createActor, type Actor } from "xstate";
import { CacheBook } from "#engine/actors/page/cacheBook.ts";
import { viewOf } from "#engine/actors/page/view.ts";
import type { PageView } from "#engine/actors/pageApi.ts";
import { outputMachine } from "#engine/machines/output.machine.ts";
import { playerMachine } from "#engine/machines/player.machine.ts";
import { RenditionShelf } from "#engine/machines/renditionShelf.ts";
import { fault, type Fault } from "#engine/protocol/faults.ts";
import { defaultVariant } from "#engine/protocol/variant.ts";

const rate = 1000;
const enhanced = "adaptive@80";

let player: Actor<typeof playerMachine>;
let renditions: RenditionShelf;

/** The original stands in for the enhanced variant, which is still being analysed. */
beforeEach(() => {
  renditions = new RenditionShelf();
  const actions = { postIntention: () => {}, advance: () => {}, passOver: () => {} };
  player = createActor(playerMachine.provide({ actions }), {
    input: { chosen: enhanced, counterpart: "original" },
  }).start();
  player.send({ type: "output.created", rate });
  player.send({ type: "track.load", track: "A", frame: 0 });
  player.send({ type: "supply.waiting", generation: 1, waitsFor: "analysing" });
  player.send({ type: "lane.committed", generation: 2, frame: 0 });
});

function view(): PageView {
  return viewOf({
    player: player.getSnapshot(),
    output: createActor(outputMachine).getSnapshot(),
    link: "live",
    tracks: [],
    scanning: false,
    listed: true,
    volume: 1,
    matchLoudness: true,
    crossfadeSeconds: 0,
    enhanced: defaultVariant,
    window: null,
    entryOf: () => null,
    cacheBook: new CacheBook(),
    intentions: [],
    progress: null,
    renditions,
    sounding: false,
    note: "",
  });
}
function learnFailure(why: Fault): void {
  const name = { type: "rendition", track: "A", variant: enhanced, rate } as const;
  renditions.learn({ ...name, status: "failed", fault: why });
}

it("what the original stands in for is on its way", () => {
  expect(view()).toMatchObject({ pending: enhanced, fault: null });
});

it("what the original stands in for is not on its way when it can be had no more, and the page says why", () => {
  const why = fault("file-corrupt", "The file is damaged.");
  learnFailure(why);
  expect(view()).toMatchObject({ pending: "", fault: why });
  expect(view().status).toContain("The file is damaged.");
  // clicks that change nothing of it do not hide it
  player.send({ type: "transport.play" });
  player.send({ type: "transport.pause" });
  expect(view()).toMatchObject({ pending: "", fault: why });
});

it("what the original stands in for is on its way again as soon as the host says so", () => {
  learnFailure(fault("file-corrupt", "The file is damaged."));
  const name = { type: "rendition", track: "A", variant: enhanced, rate } as const;
  renditions.learn({ ...name, status: "pending", reason: "analysing", progress: 0 });
  expect(view()).toMatchObject({ pending: enhanced, fault: null });
});

it("what the original stands in for is on its way though it failed, if trying again may help", () => {
  learnFailure(fault("render-failed", "It did not work."));
  expect(view()).toMatchObject({ pending: enhanced, fault: null });
});
