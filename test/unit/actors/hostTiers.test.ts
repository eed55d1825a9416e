/** The host's root end to end: what lies in the hot tier, what in the warm one, and what players and HTTP are
 *  told of it. A segment has 1000 frames and 4000 bytes. */
import { describe, expect, it } from "vitest";
import type { FakePlayer } from "../fakes/fakePlayer.ts";
import { bytesOf, hostRig, warm, type HostRig } from "../fakes/hostRig.ts";

const segmentBytes = 4000;
const still = { aroundSeconds: 0, spreadMs: 1e9, warmShare: 0 };

function rigOf(config: Parameters<typeof hostRig>[0] = {}): HostRig {
  const rig = hostRig({ warming: still, ...config });
  rig.world.tracks.get("a")!.totalFrames = 6000;
  return rig;
}

/** A player at a frame that has what it needs of both sides. */
function listen(rig: HostRig, player: FakePlayer, frame: number, variant = "warm@80"): void {
  const other = variant === "original" ? "warm@80" : "original";
  const until = Math.min(6000, frame + 3000);
  player.want(
    [
      { variant, from: frame, until },
      { variant: other, from: frame, until, lane: "bulk" },
    ],
    { head: { track: "a", variant, frame } },
  );
  rig.pass(300);
}

/** Where the player was told that each segment of a rendering lies. */
function toldOf(player: FakePlayer, key: string): ReadonlyMap<number, string | null> {
  const news = player.all("cache/state").filter((each) => each.key === key);
  return new Map(
    news.flatMap(({ segments }) => segments.map(({ segment, tier }) => [segment, tier])),
  );
}

const bytes = (rig: HostRig) => rig.host.figures().bytes;

describe("the hot tier", () => {
  it("holds the segment that sounds and the next, of both sides of A/B; the warm one what else was asked for", () => {
    const rig = rigOf();
    const { key } = warm(rig);
    const player = rig.join();
    listen(rig, player, 0);
    expect([...toldOf(player, key)]).toEqual([
      [0, "L1"],
      [1, "L1"],
      [2, "L2"],
    ]);
    expect(bytes(rig)).toMatchObject({ L1: 4 * segmentBytes, L2: 2 * segmentBytes });
  });

  it("gives to the warm one what the playhead has left, the same bytes, and takes what it has come to", () => {
    const rig = rigOf();
    const { key } = warm(rig);
    const player = rig.join();
    listen(rig, player, 0);
    listen(rig, player, 2500);
    // all of it is in memory: where there, the player is not told anew
    const told = toldOf(player, key);
    for (const segment of [0, 1, 2, 3]) expect(["L1", "L2"]).toContain(told.get(segment));
    expect(bytes(rig).L1).toBe(4 * segmentBytes);
    const reports = [0, 1, 2, 3].map((segment) => rig.read(key, segment));
    rig.pass(10);
    const tiers = ["L2", "L2", "L1", "L1"].map((tier) => ({ tier }));
    expect(reports.map((each) => each.at(-1))).toMatchObject(tiers);
    for (const each of reports) expect(bytesOf(each).length).toBe(segmentBytes);
    expect(rig.host.figures().evictions.every(({ count }) => count === 0)).toBe(true);
    const enhanced = rig.world.rendered.filter((id) => id.startsWith(key));
    expect(new Set(enhanced).size).toBe(enhanced.length);
  });

  it("counts what is answered from it apart from what the warm one answers", () => {
    const rig = rigOf();
    const { key } = warm(rig);
    listen(rig, rig.join(), 0);
    const before = rig.host.figures().hits;
    for (const segment of [0, 1, 2]) rig.read(key, segment);
    rig.pass(10);
    const { hits } = rig.host.figures();
    expect([hits.L1 - before.L1, hits.L2 - before.L2]).toEqual([2, 1]);
  });

  it("holds nothing when the last session that was there has ended", () => {
    const rig = rigOf();
    const players = [rig.join(), rig.join()];
    for (const player of players) listen(rig, player, 0);
    const { L1, L2 } = bytes(rig);
    players[0]!.report({ type: "closed", code: 1000, reason: "" });
    rig.pass(10);
    expect(bytes(rig)).toMatchObject({ L1, L2 });
    players[1]!.report({ type: "closed", code: 1000, reason: "" });
    rig.pass(10);
    expect(bytes(rig)).toMatchObject({ L1: 0, L2: L1 + L2 });
  });

  it("has no room for everybody: the others are served from the warm one, and come up when there is", () => {
    const rig = rigOf({ hotBytes: 5 * segmentBytes });
    const [first, second] = [rig.join(), rig.join()];
    listen(rig, first, 0);
    listen(rig, second, 3000);
    expect(bytes(rig).L1).toBe(5 * segmentBytes);
    first.report({ type: "closed", code: 1000, reason: "" });
    rig.pass(10);
    expect(bytes(rig).L1).toBe(4 * segmentBytes);
  });

  it("keeps what players are at while memory is tight, and as little as may be when it is critical", () => {
    const rig = rigOf({ hotBytesMin: 2 * segmentBytes, warmBytesMin: segmentBytes });
    listen(rig, rig.join(), 0);
    const [tell] = rig.world.gauges;
    tell!("tight");
    expect(bytes(rig).L1).toBe(4 * segmentBytes);
    tell!("critical");
    expect(bytes(rig)).toMatchObject({ L1: 2 * segmentBytes, L2: segmentBytes });
    expect(rig.host.audit()).toEqual([]);
  });
});
