import assert from "node:assert/strict";
import { it } from "vitest";
import type { EventFromLogic, SnapshotFrom } from "xstate";
import { fault } from "#engine/protocol/faults.ts";
import { isBridgedBy, type PlayerContext, type Target } from "#engine/machines/playerContext.ts";
import { playerMachine } from "#engine/machines/player.machine.ts";
import { reportCoverage } from "./coverage.ts";
import { meantAfter } from "./meantAfter.ts";
import { walkMachine, type Step } from "./walkMachine.ts";

type Event = EventFromLogic<typeof playerMachine>;
type Posted = PlayerContext["posted"][number];
type Snapshot = SnapshotFrom<typeof playerMachine>;

/** What the world around the player knows. */
type World = {
  /** generation that the mixer has committed */
  readonly sounding: number | null;
  /** the newest intention that was posted and given up */
  readonly failed: number | null;
  /** the newest intention of which was said that it is prepared */
  readonly prepared: number | null;
};
const enhanced = "adaptive@80";
const noFile = fault("file-corrupt", "broken");

const commands: readonly Event[] = [
  { type: "transport.play" },
  { type: "transport.pause" },
  { type: "transport.seek", frame: 500 },
  { type: "track.load", track: "A", frame: 0 },
  { type: "track.load", track: "B", frame: 0 },
  { type: "variant.choose", variant: enhanced, counterpart: "original" },
  { type: "variant.choose", variant: "original", counterpart: enhanced },
  { type: "output.created", rate: 1000 },
];

/** What worker and mixer may say of an intention: the mixer takes newer ones only, a lane that was
 *  committed does not fail unless it has run out, and one that failed is not committed. */
function saidOf(
  { generation, target, follows }: Posted,
  { posted }: PlayerContext,
  { sounding, failed }: World,
): readonly Event[] {
  // a switch in place of the track before is refused
  const isOvertaken =
    target.alignTo !== null &&
    posted.some(
      (each) => each.follows && each.generation === sounding && sounding > target.alignTo!,
    );
  const isTaken = (sounding !== null && generation <= sounding) || isOvertaken;
  // of what follows nothing is heard until it sounds
  if (follows) return isTaken ? [] : [{ type: "lane.committed", generation, frame: 0 }];
  return [
    { type: "supply.waiting", generation, waitsFor: "analysing" },
    { type: "supply.prepared", generation },
    ...(isTaken || generation === failed
      ? []
      : [
          { type: "lane.committed", generation, frame: 0 } as const,
          { type: "intention.failed", generation, fault: noFile } as const,
        ]),
  ];
}

function events(context: PlayerContext, world: World): readonly Event[] {
  const { generation, posted, rate, target } = context;
  const { sounding } = world;
  return [
    ...commands,
    ...posted.slice(-2).flatMap((each) => saidOf(each, context, world)),
    // the page worker hears of a commit before the page does
    ...(posted.some((each) => each.generation === generation && generation > (sounding ?? 0))
      ? [{ type: "supply.outdated", generation } as const]
      : []),
    ...(rate === null || target === null
      ? []
      : ["A", "B"].map(
          (track) => ({ type: "rendition.readied", track, variant: enhanced }) as const,
        )),
    ...(sounding === null
      ? []
      : [
          { type: "lane.moved", generation: sounding, frame: 100 } as const,
          { type: "supply.outdated", generation: sounding } as const,
          { type: "succession.due", generation: sounding, track: "B" } as const,
          { type: "succession.due", generation: sounding, track: null } as const,
          { type: "lane.starved" } as const,
          { type: "lane.refilled" } as const,
          { type: "lane.ended", generation: sounding } as const,
        ]),
  ];
}

/** What sounds has run out, and the host says that there will be no more of it. */
function lossOf(snapshot: Snapshot, { sounding }: World): readonly Event[] {
  const isLost = snapshot.matches({ supply: "starved", intention: "settled" });
  if (sounding === null || !isLost) return [];
  return [{ type: "intention.failed", generation: sounding, fault: noFile }];
}

function next({ before: { watched }, event }: PlayerStep): World {
  switch (event.type) {
    case "lane.committed":
      return { ...watched, sounding: event.generation };
    case "output.created":
      return { ...watched, sounding: null };
    case "intention.failed":
      return { ...watched, failed: Math.max(watched.failed ?? 0, event.generation) };
    case "supply.prepared":
      return { ...watched, prepared: Math.max(watched.prepared ?? 0, event.generation) };
    default:
      return watched;
  }
}

/** Generations count for ever: what matters is how far behind the newest each is. Tracks are told apart
 *  and no more: A and B are the same as B and A. */
function key(snapshot: Snapshot, { sounding, failed }: World): unknown {
  const { generation, target, posted, heard, chosen, awaited, rate, fault: why } = snapshot.context;
  const { successor, outdated } = snapshot.context;
  const behind = (each: number | null): number | null =>
    each === null ? null : Math.min(2, posted.filter((one) => one.generation > each).length);
  const tracks: string[] = [];
  const named = (each: Pick<Target, "track" | "variant"> | null) => {
    if (!each) return null;
    if (!tracks.includes(each.track)) tracks.push(each.track);
    return [tracks.indexOf(each.track), each.variant];
  };
  return [
    named(target),
    behind(target?.alignTo ?? null),
    named(successor?.target ?? null),
    behind(generation),
    // only the newest and the one before it may still be committed
    ...[posted.at(-1), posted.at(-2)].map((each) =>
      each && (sounding ?? 0) < each.generation && failed !== each.generation
        ? [named(each.target), each.follows]
        : null,
    ),
    named(heard),
    behind(sounding),
    // of the newest only: three times as many places otherwise
    outdated === generation && generation > (sounding ?? 0),
    chosen,
    awaited,
    rate,
    snapshot.matches({ supply: "failed" }) && why !== null,
    failed === generation,
  ];
}

type PlayerStep = Step<typeof playerMachine, undefined, World>;

function invariants({ before, event, after: { snapshot, watched }, actions }: PlayerStep): void {
  const was = before.snapshot.context;
  const is = snapshot.context;
  const did = (type: string): number => actions.filter((each) => each.type === type).length;
  const posts = did("postIntention");
  // one intention, posted once, and only that raises the generation
  assert.ok(posts <= 1);
  const hasSucceeded = did("tellSuccession") > 0 && posts === 0;
  if (posts === 1) assert.equal(is.generation, was.issued + 1, "posts");
  else if (!hasSucceeded) assert.equal(is.generation, was.generation);
  // a successor has a number of its own, and stands behind what is settled and sounds
  assert.equal(is.issued, was.issued + posts + did("postSuccession"));
  if (is.successor) {
    assert.ok(snapshot.matches({ intention: "settled" }), "a click revokes it");
    assert.ok(is.heard);
    assert.ok(is.successor.generation > is.generation);
  }
  assert.ok(is.posted.length <= 8);
  if (posts === 1) {
    assert.equal(is.posted.at(-1)!.generation, is.generation);
    assert.equal(is.posted.at(-1)!.target, is.target);
    assert.ok(snapshot.matches({ intention: "preparing" }), "what was posted is being prepared");
  }
  const meant = meantAfter(before.snapshot, event, is.heard);
  for (const name of ["track", "frame", "variant", "alignTo"] as const)
    assert.equal(is.target?.[name], meant.target?.[name], name);
  assert.equal(posts, meant.isNew && is.rate !== null ? 1 : 0, "posted when meant anew");
  // what sounds is what the mixer said last, under the name it was posted with
  assert.equal(is.heard?.generation ?? null, watched.sounding, "heard");
  const { heard } = is;
  const known = is.posted.find(({ generation }) => generation === heard?.generation);
  if (heard && known) {
    assert.equal(heard.track, known.target.track);
    assert.equal(heard.variant, known.target.variant);
  }
  invariantsOfReports(
    before.snapshot,
    event,
    snapshot,
    actions.map(({ type }) => type),
  );
  // pause and play wait for nothing, and nothing else changes the wish
  const wish = { "transport.play": true, "transport.pause": false }[event.type as string];
  const wasPlaying = before.snapshot.matches({ wish: "playing" });
  assert.equal(snapshot.matches({ wish: "playing" }), wish ?? wasPlaying);
  if (event.type === "transport.pause") assertSame(is, { ...was, fault: is.fault });
  // the states say what they mean
  const isGivenUp = watched.failed === is.generation && is.generation > 0;
  if (snapshot.matches({ intention: "settled" }) && is.target && is.rate !== null) {
    assert.ok(isGivenUp || watched.sounding === is.generation, "settled");
  }
  if (snapshot.matches({ intention: "committing" })) assert.equal(watched.prepared, is.generation);
  if (snapshot.matches({ supply: "ready" }) || snapshot.matches({ supply: "starved" }))
    assert.ok(heard, "supplied");
  if (snapshot.matches({ supply: "failed" })) {
    assert.ok(is.fault, "an error is explained");
    assert.ok(isGivenUp && snapshot.matches({ intention: "settled" }), "failed");
  } else if (isGivenUp && snapshot.matches({ intention: "settled" }) && is.rate !== null)
    assert.ok(
      watched.sounding !== null && !snapshot.matches({ supply: "empty" }),
      "nothing sounds",
    );
  if (is.awaited !== null) {
    assert.equal(is.awaited, is.chosen, "awaited");
    assert.equal(is.target?.variant, "original", "the original stands in");
  }
}

/** Cheaper than a deep comparison: what was not assigned anew is the same object. */
function assertSame(is: PlayerContext, wanted: PlayerContext): void {
  for (const name of Object.keys(wanted) as (keyof PlayerContext)[])
    assert.ok(is[name] === wanted[name], `${name} changed`);
}

/** What worker and mixer report, and what follows from it. */
function invariantsOfReports(
  before: Snapshot,
  event: Event,
  after: Snapshot,
  actions: readonly string[],
): void {
  const was = before.context;
  const is = after.context;
  const isNewest = "generation" in event && event.generation === was.generation;
  // something took over at its place before the mixer heard of the stand-in
  const isBridged =
    event.type === "lane.committed" &&
    !isNewest &&
    !before.matches({ intention: "settled" }) &&
    isBridgedBy(was, event.generation);
  const hasFollowed =
    event.type === "lane.committed" &&
    was.posted.some((each) => each.follows && each.generation === event.generation);
  if (actions.includes("tellSuccession")) assert.ok(hasFollowed);
  const outdated = event.type === "supply.outdated" ? event.generation : was.outdated;
  if (outdated !== is.outdated) {
    // whenever both are known: that it sounds, and that it is of a file that is another now
    assert.equal(is.outdated, null);
    assert.equal(is.heard?.generation, outdated);
    assert.ok(after.matches({ intention: "preparing" }));
  } else if (hasFollowed && before.matches({ intention: "settled" })) {
    assert.equal(is.generation, Math.max(was.generation, event.generation));
    assert.equal(is.target?.track, is.heard?.track, "what followed is meant");
    assert.ok(actions.includes("tellSuccession"));
    assert.equal(is.awaited, null);
    assert.equal(is.successor, null);
  } else if (event.type === "succession.due") {
    if (actions.includes("postSuccession"))
      assert.deepEqual(is.successor?.target.track ?? null, event.track);
    else assertSame(is, was);
  } else if (hasFollowed && !isNewest && actions.includes("postIntention")) {
    assert.equal(is.target?.track, is.heard?.track, "a switch in place is meant where it sounds");
    assert.ok(actions.includes("tellSuccession"));
  } else if (isBridged) {
    assert.equal(is.target?.variant, was.awaited, "what was awaited is meant again");
    assert.equal(is.awaited, null);
  } else if (event.type === "supply.outdated") {
    assertSame(is, { ...was, outdated: event.generation });
  } else if ("generation" in event && !isNewest) {
    // what sounds is meant, when what was meant after it had to be given up
    const { target, awaited } =
      event.type === "lane.committed" && before.matches({ intention: "settled" }) ? is : was;
    assertSame(is, { ...was, heard: is.heard, target, awaited });
    assert.deepEqual(after.value.intention, before.value.intention);
    assert.ok(!actions.some((type) => ["postIntention", "passOver"].includes(type)));
  }
  // the end of what is meant leads on, once; the end of what is about to be replaced does not
  const sounded = before.matches({ supply: "ready" }) || before.matches({ supply: "starved" });
  const isMeant =
    event.type === "lane.ended" &&
    event.generation === was.heard?.generation &&
    before.matches({ intention: "settled" });
  assert.equal(
    actions.filter((type) => type === "advance").length,
    isMeant && sounded ? 1 : 0,
    "advance",
  );
  assert.equal(
    actions.filter((type) => type === "passOver").length,
    event.type === "intention.failed" && isNewest ? 1 : 0,
    "passOver",
  );
  if (event.type === "lane.committed" && isNewest)
    assert.equal(is.fault, was.anew === was.generation ? was.fault : null);
  if (event.type === "intention.failed" && isNewest)
    assert.deepEqual([is.fault, is.failedTrack], [noFile, was.target?.track]);
  if (event.type === "lane.moved" && event.generation === was.heard?.generation)
    assert.equal(is.heard?.frame, event.frame);
  if (
    event.type === "supply.waiting" &&
    isNewest &&
    is.generation === was.generation &&
    before.matches({ intention: "preparing" })
  )
    assert.equal(is.waitsFor, event.waitsFor);
}

it("the player settles on the newest intention only, and goes on with what sounds till then", () => {
  const walked = walkMachine({
    machine: playerMachine,
    input: { chosen: enhanced, counterpart: "original" },
    events: ({ snapshot, watched }) => [
      ...events(snapshot.context, watched),
      ...lossOf(snapshot, watched),
    ],
    key: ({ snapshot, watched }) => key(snapshot, watched),
    watch: { initial: { sounding: null, failed: null, prepared: null } as World, next },
    invariants,
  });
  reportCoverage(walked);
});
