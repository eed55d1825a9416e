/** What the host learns of an album while one track of it is heard. */
import { describe, expect, it } from "vitest";
import { fault } from "#engine/protocol/faults.ts";
import { albumWorld, look, warm } from "../fakes/albumWorld.ts";
import { hostRig, readyOf } from "../fakes/hostRig.ts";

describe("the rest of an album", () => {
  it("is analysed while one track of it is heard, after a while, one track at a time", () => {
    const rig = hostRig({ trackIdleMs: 300 }, albumWorld());
    const { said, end } = rig.open(warm, "b");
    rig.pass(4900);
    expect(rig.world.calls.analyse).toBe(1);
    rig.pass(1000);
    expect(rig.world.calls.analyse).toBe(2);
    expect(rig.host.figures().openTracks).toBe(1);
    rig.pass(4500);
    expect(rig.world.calls.analyse).toBe(3);
    expect(new Set(said.flatMap((each) => ("key" in each ? [each.key] : []))).size).toBe(1);
    rig.pass(6000);
    expect(rig.world.calls).toMatchObject({ analyse: 3, decode: 3 });
    // and from the next time on it is one
    const { key } = readyOf(said, warm);
    end();
    expect(look(rig, "b")).not.toBe(key);
    rig.pass(1000);
    expect(rig.host.figures().openTracks).toBe(0);
  });

  it("is waited for, however long a track takes, and given back", () => {
    const world = albumWorld();
    for (const track of world.tracks.values()) track.totalFrames = 8000;
    world.decodeSpeed = 1;
    const rig = hostRig({ trackIdleMs: 300 }, world);
    const { end } = rig.open(warm, "b");
    rig.pass(50_000);
    expect(rig.world.calls).toMatchObject({ analyse: 3, decode: 3 });
    end();
    rig.pass(1000);
    expect(rig.host.figures().openTracks).toBe(0);
  });

  it("is left alone when nobody hears the album any more", () => {
    const rig = hostRig({ trackIdleMs: 300 }, albumWorld());
    const { end } = rig.open(warm, "b");
    rig.pass(4000);
    end();
    rig.pass(20_000);
    expect(rig.world.calls.analyse).toBe(1);
  });

  it("gives way to a track that somebody waits for, and is gone on with", () => {
    const world = albumWorld();
    world.tracks.set("z", { signature: "1", totalFrames: 2500, rate: 100, channels: 2 });
    world.decodeSpeed = 20;
    const rig = hostRig({ trackIdleMs: 300 }, world);
    rig.open(warm, "b");
    rig.pass(5280);
    expect(rig.world.calls.decode).toBe(2);
    expect(rig.host.figures().openTracks).toBe(2);
    const { said } = rig.open(warm, "z");
    rig.pass(1);
    expect(rig.host.figures().openTracks).toBe(2);
    rig.pass(20_000);
    readyOf(said, warm);
    expect(rig.world.calls.analyse).toBe(4);
  });

  it("is known but for a track that cannot be analysed, which is tried once", () => {
    const world = albumWorld();
    world.tracks.get("a")!.fault = fault("file-missing", "It is gone.");
    const rig = hostRig({ trackIdleMs: 300 }, world);
    const { said } = rig.open(warm, "b");
    rig.pass(30_000);
    expect(rig.world.calls).toMatchObject({ analyse: 2, decode: 2 });
    readyOf(said, warm);
  });
});
