/** Albums on the host: when a track is made with the album's plan, when it runs on from its neighbours, and
 *  that nobody waits for either. */
import { describe, expect, it } from "vitest";
import { fault } from "#engine/protocol/faults.ts";
import type { RenderRequest } from "#engine/ports/renderEngine.ts";
import { albumWorld, knownWorld, look, warm } from "../fakes/albumWorld.ts";
import { bytesOf, hostRig, readyOf, type HostRig } from "../fakes/hostRig.ts";

/** Renders a segment. @returns its order */
function ordered(rig: HostRig, key: string, segment: number): RenderRequest {
  const reports = rig.read(key, segment);
  rig.pass(60);
  expect(reports.at(-1)).toMatchObject({ type: "done" });
  expect(bytesOf(reports).byteLength).toBe(segment === 2 ? 2000 : 4000);
  return rig.world.orders.get(`${key}/${segment}`)!;
}

const plans = (rig: HostRig, ...keys: string[]) =>
  keys.map((key) => JSON.stringify(ordered(rig, key, 1).plan));

describe("a track of an album", () => {
  it("stands alone until every track of the album was analysed, with the key that it has without one", () => {
    const rig = hostRig({}, albumWorld());
    const lone = albumWorld();
    lone.album = [];
    expect(look(rig, "a")).toBe(look(hostRig({}, lone), "a"));
    look(rig, "b");
    expect(look(rig, "a")).toBe(look(hostRig({}, lone), "a"));
  });

  it("has the plan of its album then, the same for all", () => {
    const world = knownWorld();
    const rig = hostRig({}, world);
    const opened = ["a", "b", "c"].map((track) => rig.open(warm, track));
    rig.pass(150);
    const [a, b, c] = plans(rig, ...opened.map(({ said }) => readyOf(said, warm).key));
    expect([b, c]).toEqual([a, a]);
    world.album = [];
    const alone = hostRig({}, world);
    const other = alone.open(warm, "a");
    alone.pass(150);
    expect(plans(alone, readyOf(other.said, warm).key)).not.toEqual([a]);
  });

  it("runs on from the one before and into the one behind, where its segments reach them", () => {
    const rig = hostRig({}, knownWorld());
    rig.open(warm, "a");
    rig.pass(150);
    const { said } = rig.open(warm, "b");
    rig.pass(150);
    const { key } = readyOf(said, warm);
    const [first, middle, last] = [0, 1, 2].map((segment) => ordered(rig, key, segment));
    expect(first!.before).toMatchObject({ source: { pcmPath: "a" }, total: 2500, frames: 500 });
    expect(first!.after).toBeUndefined();
    expect([middle!.before, middle!.after]).toEqual([undefined, undefined]);
    expect(last!.before).toBeUndefined();
    expect(last!.after).toMatchObject({ source: { pcmPath: "c" } });
    expect(last!.after!.frames).toBeLessThan(30);
  });

  it("does not wait for the end of the one before, if that is not decoded", () => {
    const rig = hostRig({}, knownWorld());
    const { said } = rig.open(warm, "b");
    rig.pass(150);
    const { key } = readyOf(said, warm);
    expect(ordered(rig, key, 0).before).toBeUndefined();
    expect(rig.world.rendered).toEqual([`${key}/0`]);
    // the plan is the album's all the same
    const a = rig.open(warm, "a");
    rig.pass(150);
    const [ofA, ofB] = plans(rig, readyOf(a.said, warm).key, key);
    expect(ofB).toBe(ofA);
  });

  it("has the one behind opened when its last segment is wanted, and gives it back", () => {
    const rig = hostRig({ trackIdleMs: 500 }, knownWorld());
    const { said, end } = rig.open(warm, "b");
    rig.pass(150);
    expect(rig.host.figures().openTracks).toBe(2);
    expect(ordered(rig, readyOf(said, warm).key, 2).after).toMatchObject({
      source: { pcmPath: "c" },
    });
    end();
    rig.pass(1200);
    expect(rig.host.figures().openTracks).toBe(0);
  });

  it("keeps what somebody hears, whatever becomes known, and is another the next time", () => {
    const rig = hostRig({}, albumWorld());
    const { said, end } = rig.open(warm, "a");
    rig.pass(150);
    const { key } = readyOf(said, warm);
    for (const track of ["b", "c"]) look(rig, track);
    rig.pass(150);
    expect(new Set(said.flatMap((each) => ("key" in each ? [each.key] : [])))).toEqual(
      new Set([key]),
    );
    end();
    expect(look(rig, "a")).not.toBe(key);
  });

  it("has the loudness of its variants measured anew with another plan", () => {
    const rig = hostRig({}, albumWorld());
    for (const track of ["a", "b", "c"]) look(rig, track);
    const { measure } = rig.world.calls;
    look(rig, "a");
    expect(rig.world.calls.measure).toBe(measure + 1);
  });
});

describe("a player that comes back to a host that began anew", () => {
  const want = { track: "b", variant: warm, from: 0, until: 1000 };
  const keyTold = (messages: Parameters<typeof readyOf>[0]) => readyOf(messages, warm).key;

  it("goes on with what it holds of a track, and its beginning is made with the neighbour all the same", () => {
    const world = knownWorld();
    const rig = hostRig({}, world);
    rig.open(warm, "a");
    rig.pass(150);
    const first = rig.join();
    first.want([want]);
    rig.pass(300);
    const key = keyTold(first.messages);
    rig.host.stop(() => undefined);
    rig.pass(5);
    world.rendered.length = 0;
    world.files.forEach((_, path) => path.startsWith("segments/") && world.files.delete(path));
    const anew = hostRig({}, world);
    const back = anew.join();
    const holds = [{ key, from: 1000, until: 1500 }];
    back.want([want], { holds });
    anew.pass(400);
    expect(keyTold(back.messages)).toBe(key);
    expect(world.rendered).toContain(`${key}/0`);
    expect(world.orders.get(`${key}/0`)!.before).toMatchObject({ source: { pcmPath: "a" } });
  });

  it("goes on with the track's own plan, too, though its album is known meanwhile", () => {
    const world = albumWorld();
    const rig = hostRig({}, world);
    const first = rig.join();
    first.want([want]);
    rig.pass(300);
    const key = keyTold(first.messages);
    for (const track of ["a", "c"]) look(rig, track);
    first.report({ type: "closed", code: 1006, reason: "" });
    rig.pass(50);
    const back = rig.join();
    back.want([want], { holds: [{ key, from: 0, until: 500 }] });
    rig.pass(300);
    expect(keyTold(back.messages)).toBe(key);
    // and who holds nothing of it, once nobody hears it, has the album's
    back.report({ type: "closed", code: 1006, reason: "" });
    rig.pass(50);
    expect(look(rig, "b")).not.toBe(key);
  });

  it("and holds nothing takes what needs no other track", () => {
    const world = knownWorld();
    const rig = hostRig({}, world);
    rig.open(warm, "a");
    rig.pass(150);
    const first = rig.join();
    first.want([want]);
    rig.pass(300);
    rig.host.stop(() => undefined);
    rig.pass(5);
    const anew = hostRig({}, world);
    const back = anew.join();
    back.want([want], { holds: [{ key: "0".repeat(32), from: 0, until: 10 }] });
    anew.pass(400);
    expect(keyTold(back.messages)).not.toBe(keyTold(first.messages));
  });
});

describe("a neighbour", () => {
  it("of another rate is heard as silence, and shares the plan", () => {
    const world = albumWorld();
    world.tracks.set("c", { signature: "1", totalFrames: 2500, rate: 110, channels: 2 });
    const rig = hostRig({}, world);
    for (const track of ["a", "b", "c"]) look(rig, track);
    const opened = ["a", "b", "c"].map((track) => rig.open(warm, track));
    rig.pass(150);
    const keys = opened.map(({ said }) => readyOf(said, warm).key);
    expect(ordered(rig, keys[1]!, 2).after).toBeUndefined();
    const [a, b] = plans(rig, keys[0]!, keys[1]!);
    expect(b).toBe(a);
  });

  it("that cannot be had is dropped: the plan stays, and the last segment comes", () => {
    const world = knownWorld();
    const rig = hostRig({}, world);
    world.tracks.get("c")!.fault = fault("file-missing", "It is gone.");
    const { said } = rig.open(warm, "b");
    rig.pass(150);
    const keys = said.flatMap((each) => ("key" in each ? [each.key] : []));
    const { key } = readyOf(said, warm);
    expect(new Set(keys).size).toBe(2);
    expect(ordered(rig, key, 2).after).toBeUndefined();
    const [before, after] = plans(rig, keys[0]!, key);
    expect(after).toBe(before);
    // nothing of the key that named it is served where it would be needed
    const reports = rig.read(keys[0]!, 2);
    rig.pass(60);
    expect(reports).toMatchObject([{ type: "failed" }]);
  });

  it("whose file changes is dropped at once from what is heard", () => {
    const world = knownWorld();
    const rig = hostRig({}, world);
    const { said } = rig.open(warm, "b");
    rig.pass(150);
    const { key } = readyOf(said, warm);
    world.tracks.get("c")!.signature = "2";
    world.followers.get("c")!();
    rig.pass(150);
    const next = readyOf(said, warm).key;
    expect(next).not.toBe(key);
    expect(ordered(rig, next, 2).after).toBeUndefined();
    const [before, after] = plans(rig, key, next);
    expect(after).toBe(before);
  });

  it("whose decoded audio is gone is decoded anew, and what is heard beside it stays what it is", () => {
    const world = knownWorld();
    const rig = hostRig({}, world);
    const { said } = rig.open(warm, "b");
    const other = rig.open(warm, "c");
    rig.pass(150);
    const { key } = readyOf(said, warm);
    const { decode } = world.calls;
    world.renderFault = fault("source-changed", "The decoded audio is gone.");
    rig.read(readyOf(other.said, warm).key, 0);
    rig.pass(60);
    world.renderFault = null;
    rig.pass(150);
    expect(world.calls.decode).toBe(decode + 1);
    expect(readyOf(said, warm).key).toBe(key);
    expect(ordered(rig, key, 2).after).toMatchObject({ source: { pcmPath: "c" } });
  });

  it("is not opened for a track that is only made ready", () => {
    const world = knownWorld();
    const rig = hostRig({}, world);
    const player = rig.join();
    const want = { track: "a", variant: warm, from: 0, until: 0 };
    player.want([want], {
      head: { track: "a", variant: warm, frame: 0 },
      next: { track: "b" },
    });
    rig.pass(400);
    // a is heard: b is opened for it, and c for nobody
    expect(rig.host.figures().openTracks).toBe(2);
  });
});
