/** The host's root end to end: the index of the disk, which may be behind, ahead, lost or wrong. */
import { describe, expect, it } from "vitest";
import type { HostConfig } from "#engine/actors/hostApi.ts";
import { fault } from "#engine/protocol/faults.ts";
import { handClock } from "../fakes/handClock.ts";
import { fakeWorld, type FakeWorld } from "../fakes/hostPorts.ts";
import { bytesOf, hostRig, warm, type HostRig } from "../fakes/hostRig.ts";

const failed = fault("disk-failed", "no index");

/** A host over the world that another one has left. */
function restart(rig: HostRig, config: Partial<HostConfig> = {}): HostRig {
  rig.host.stop(() => {});
  rig.world.clock.pass(1);
  rig.world.lookedAt.length = 0;
  return hostRig(config, rig.world);
}

/** The process is gone: nothing more of it is written. */
function kill(rig: HostRig): FakeWorld {
  const { files, index } = rig.world;
  const world = fakeWorld(handClock());
  for (const [path, file] of files) world.files.set(path, file);
  for (const [id, row] of index.rows) world.index.rows.set(id, row);
  return world;
}

/** A host that has rendered and written the first three segments, and read them from memory since. */
function filled(): { readonly rig: HostRig; readonly key: string } {
  const rig = hostRig();
  const { key } = warm(rig);
  for (const segment of [0, 1, 2]) {
    rig.read(key, segment);
    rig.pass(40);
  }
  rig.pass(1100);
  return { rig, key };
}

const indexed = (world: FakeWorld): readonly string[] =>
  [...world.index.rows.keys()].map((id) => id.slice(id.indexOf("/") + 1));

describe("the index of the disk", () => {
  it("names what was written within a moment, and what was dropped no more", () => {
    const { rig, key } = filled();
    expect(indexed(rig.world)).toEqual(["0", "1", "2"]);
    const [row] = rig.world.index.rows.values();
    const file = rig.world.files.get(`segments/${key}/0.seg`)!;
    expect(row).toMatchObject({ bytes: file.bytes.byteLength });
    rig.world.clock.pass(8 * 86_400_000);
    expect(rig.world.index.rows.size).toBe(0);
  });

  it("spares the look at every file when the host begins", () => {
    const { rig, key } = filled();
    const second = restart(rig);
    warm(second);
    expect(second.world.lookedAt).toEqual([]);
    const reports = second.read(key, 1);
    second.pass(10);
    expect(reports.at(-1)).toMatchObject({ type: "done", tier: "L3" });
    expect(second.world.rendered).toHaveLength(3);
  });

  it.each([
    ["in good order", (rig: HostRig) => restart(rig)],
    ["killed after a moment", (rig: HostRig) => (rig.pass(1100), hostRig({}, kill(rig)))],
  ])("keeps the order of use over a restart: %s", (_name, begin) => {
    const { rig, key } = filled();
    const second = restart(rig);
    warm(second);
    // from disk: the first segment was used last from now on
    second.read(key, 0);
    second.pass(20);
    const third = begin(second);
    expect(indexed(third.world)).toEqual(["1", "2", "0"]);
    const { bytes } = third.world.files.get(`segments/${key}/0.seg`)!;
    // room for two: the longest unused has to go
    const fourth = restart(third, { diskBytes: Math.floor(bytes.byteLength * 2.2) });
    fourth.pass(20);
    expect([...fourth.world.files.keys()].filter((path) => path.startsWith("segments/"))).toEqual([
      `segments/${key}/0.seg`,
      `segments/${key}/2.seg`,
    ]);
  });

  it("does not lose the batch that is being written when the host leaves", () => {
    const rig = hostRig();
    const { key } = warm(rig);
    rig.read(key, 0);
    while (rig.world.index.batches === 0) rig.pass(1);
    expect(indexed(rig.world)).toEqual([]);
    rig.host.stop(() => {});
    expect(indexed(rig.world)).toEqual(["0"]);
  });

  it("is written a thousand changes at a time, the rest a moment later", () => {
    const { rig } = filled();
    const world = kill(rig);
    world.index.lose();
    const [[path, file]] = [...world.files].filter(([name]) => name.startsWith("segments/")) as [
      [string, { bytes: Uint8Array; modified: number }],
    ];
    const folder = path.slice(0, path.lastIndexOf("/"));
    for (let at = 0; at < 2500; at++) world.files.set(`${folder}/${1000 + at}.seg`, file);
    const second = hostRig({ diskBytes: 1e9 }, world);
    second.pass(1050);
    expect(world.index.rows.size).toBe(1000);
    second.pass(120);
    expect(world.index.rows.size).toBe(2000);
    second.pass(1010);
    expect(world.index.rows.size).toBe(2503);
  });

  it("that is behind the files after a kill: those that it does not name are found and named", () => {
    const { rig, key } = filled();
    const world = kill(rig);
    world.index.rows.delete(`${key}/2`);
    const second = hostRig({}, world);
    warm(second);
    expect(world.lookedAt).toEqual([`segments/${key}/2.seg`]);
    const reports = second.read(key, 2);
    second.pass(10);
    expect(reports.at(-1)).toMatchObject({ tier: "L3" });
    expect(world.rendered).toEqual([]);
    second.pass(1100);
    expect(indexed(world)).toEqual(["0", "1", "2"]);
  });

  it("that names files which are gone is not believed", () => {
    const { rig, key } = filled();
    const world = kill(rig);
    world.files.delete(`segments/${key}/1.seg`);
    const second = hostRig({}, world);
    warm(second);
    const sum = [...world.files]
      .filter(([path]) => path.startsWith("segments/"))
      .reduce((all, [, { bytes }]) => all + bytes.byteLength, 0);
    expect(second.host.figures().bytes.L3).toBe(sum);
    second.pass(1100);
    expect(indexed(world)).toEqual(["0", "2"]);
    const reports = second.read(key, 1);
    second.pass(30);
    expect(reports.at(-1)).toMatchObject({ tier: "MISS" });
  });

  it.each([-40, 40])(
    "that has the size of a file wrong by %d bytes costs a render, no more",
    (by) => {
      const { rig, key } = filled();
      const before = rig.read(key, 1);
      rig.pass(10);
      const world = kill(rig);
      const row = world.index.rows.get(`${key}/1`)!;
      world.index.rows.set(`${key}/1`, { ...row, bytes: row.bytes + by });
      const second = hostRig({}, world);
      warm(second);
      const reports = second.read(key, 1);
      second.pass(40);
      expect(reports.at(-1)).toMatchObject({ tier: "MISS" });
      expect(bytesOf(reports)).toEqual(bytesOf(before));
      second.pass(1100);
      expect(world.index.rows.get(`${key}/1`)!.bytes).toBe(row.bytes);
    },
  );

  it("that names what can be no segment: the file is foreign, and goes", () => {
    const { rig, key } = filled();
    const world = kill(rig);
    world.files.set("segments/notes.seg", { bytes: new Uint8Array(100), modified: 1 });
    for (const id of ["notes", `${key}/01`, "../../etc"])
      world.index.rows.set(id, { id, bytes: 100, written: 1 });
    const second = hostRig({}, world);
    second.pass(1200);
    expect(world.files.has("segments/notes.seg")).toBe(false);
    expect(second.host.figures().bytes.L3).toBeGreaterThan(0);
    expect(second.host.audit()).toEqual([]);
  });

  it("that is lost is made anew from the files, in the order in which they were written", () => {
    const { rig, key } = filled();
    const world = kill(rig);
    world.index.lose();
    const second = hostRig({}, world);
    warm(second);
    expect(world.lookedAt).toHaveLength(3);
    const reports = second.read(key, 0);
    second.pass(10);
    expect(reports.at(-1)).toMatchObject({ tier: "L3" });
    second.pass(1100);
    expect(indexed(world)).toEqual(["1", "2", "0"]);
  });

  it.each([
    ["cannot be opened", (world: FakeWorld) => (world.index.openFault = failed)],
    ["is not kept", (world: FakeWorld) => (world.isIndexed = false)],
  ])("that %s: the disk works without it", (_name, spoil) => {
    const { rig, key } = filled();
    const world = kill(rig);
    spoil(world);
    const second = hostRig({}, world);
    warm(second);
    const reports = second.read(key, 1);
    const made = second.read(key, 0);
    second.pass(1100);
    expect(reports.at(-1)).toMatchObject({ tier: "L3" });
    expect(made.at(-1)).toMatchObject({ tier: "L3" });
    expect(world.lookedAt).toHaveLength(3);
  });

  it("that cannot be written for a while is behind, and is written again later", () => {
    const rig = hostRig();
    const { key } = warm(rig);
    rig.world.index.writeFault = failed;
    rig.read(key, 0);
    rig.pass(1200);
    rig.world.index.writeFault = null;
    rig.read(key, 1);
    rig.pass(5000);
    expect(indexed(rig.world)).toEqual([]);
    rig.pass(8000);
    expect(indexed(rig.world)).toEqual(["1"]);
    const second = restart(rig);
    second.pass(1200);
    expect(indexed(second.world)).toEqual(["1", "0"]);
  });
});
