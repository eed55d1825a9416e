/** What every `Disk` owes its users: the real folder and the simulated medium alike. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Disk } from "#engine/ports/disk.ts";
import type { Start } from "#engine/ports/port.ts";
import { createDisk } from "../../apps/node-host/adapters/disk.ts";
import { DiskMedium, simulatedDisk } from "../simulation/ports/simulatedDisk.ts";
import { World } from "../simulation/world/world.ts";

type Bench = {
  /** a disk over the same files, as after a restart */
  readonly open: () => Disk;
  /** lets everything happen that is under way */
  readonly settle: () => Promise<void>;
  readonly end: () => Promise<void>;
};

const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  real: async () => {
    const folder = await mkdtemp(join(tmpdir(), "segue-disk-"));
    return {
      open: () => createDisk(folder),
      settle: async () => undefined,
      end: () => rm(folder, { recursive: true, force: true }),
    };
  },
  simulated: async () => {
    const world = new World(1);
    const medium = new DiskMedium();
    let runs = 0;
    return {
      open: () => simulatedDisk(world, world.realm("host", runs++), medium),
      settle: async () => {
        while (world.step(Infinity));
      },
      end: async () => undefined,
    };
  },
};

describe.each(Object.keys(benches))("the %s disk", (kind) => {
  let bench: Bench;
  afterEach(() => bench.end());

  async function report<Request, Report>(
    start: Start<Request, Report>,
    request: Request,
  ): Promise<Report> {
    const heard = new Promise<Report>((resolve) => start(request, resolve));
    await bench.settle();
    return heard;
  }
  const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

  it("gives back what was written, also after a restart", async () => {
    bench = await benches[kind]!();
    const disk = bench.open();
    expect(await report(disk.write, { path: "a/b/c.seg", bytes: bytes(1, 2, 3) })).toEqual({
      type: "written",
    });
    const read = await report(bench.open().read, { path: "a/b/c.seg" });
    expect(read.type === "read" && [...read.bytes]).toEqual([1, 2, 3]);
  });

  it("takes the bytes when it is asked to write: the writer may reuse its buffer", async () => {
    bench = await benches[kind]!();
    const disk = bench.open();
    const buffer = bytes(1, 2, 3);
    const written = report(disk.write, { path: "x", bytes: buffer });
    buffer.fill(9);
    await written;
    const read = await report(disk.read, { path: "x" });
    expect(read.type === "read" && [...read.bytes]).toEqual([1, 2, 3]);
  });

  it("replaces a file whole", async () => {
    bench = await benches[kind]!();
    const disk = bench.open();
    await report(disk.write, { path: "x", bytes: bytes(1, 2, 3) });
    await report(disk.write, { path: "x", bytes: bytes(4) });
    const read = await report(disk.read, { path: "x" });
    expect(read.type === "read" && [...read.bytes]).toEqual([4]);
  });

  it("says that a file is missing, and that removing it was no failure", async () => {
    bench = await benches[kind]!();
    const disk = bench.open();
    expect(await report(disk.read, { path: "nowhere/x" })).toEqual({ type: "missing" });
    expect(await report(disk.remove, { path: "nowhere/x" })).toEqual({ type: "removed" });
  });

  it("removes", async () => {
    bench = await benches[kind]!();
    const disk = bench.open();
    await report(disk.write, { path: "x", bytes: bytes(1) });
    expect(await report(disk.remove, { path: "x" })).toEqual({ type: "removed" });
    expect(await report(disk.read, { path: "x" })).toEqual({ type: "missing" });
  });

  it("lists the files below a folder with size and time; a missing folder is empty", async () => {
    bench = await benches[kind]!();
    const disk = bench.open();
    await report(disk.write, { path: "seg/1/a", bytes: bytes(1) });
    await report(disk.write, { path: "seg/b", bytes: bytes(1, 2) });
    await report(disk.write, { path: "segments/c", bytes: bytes(1) });
    const listed = await report(disk.list, { folder: "seg" });
    expect(listed.type).toBe("listed");
    if (listed.type !== "listed") return;
    const found = listed.files.map((file) => [file.path, file.bytes]).toSorted();
    expect(found).toEqual([
      ["seg/1/a", 1],
      ["seg/b", 2],
    ]);
    for (const { modified } of listed.files) expect(modified).toBeGreaterThan(1e12);
    expect(await report(disk.list, { folder: "nowhere" })).toEqual({ type: "listed", files: [] });
  });

  it("says nothing after a cancel", async () => {
    bench = await benches[kind]!();
    const disk = bench.open();
    await report(disk.write, { path: "x", bytes: bytes(1) });
    const heard: unknown[] = [];
    disk.read({ path: "x" }, (told) => heard.push(told))();
    // later questions are answered, the cancelled one is not
    await report(disk.read, { path: "x" });
    await report(disk.list, { folder: "" });
    expect(heard).toEqual([]);
  });

  it("reports later, never before the call returns", async () => {
    bench = await benches[kind]!();
    let returned = false;
    const early = new Promise<boolean>((resolve) => {
      bench.open().read({ path: "x" }, () => resolve(!returned));
      returned = true;
    });
    await bench.settle();
    expect(await early).toBe(false);
  });
});

describe("the real disk", () => {
  it("keeps to its folder: a path that leaves it is a bug", async () => {
    const folder = await mkdtemp(join(tmpdir(), "segue-disk-"));
    const disk = createDisk(join(folder, "data"));
    for (const path of ["../x", "/etc/hostname", "a/../../x", "../data2/x"])
      expect(() => disk.read({ path }, () => undefined)).toThrow(RangeError);
    await rm(folder, { recursive: true });
  });

  it("sweeps what a killed writer left, and nothing of its own", async () => {
    const folder = await mkdtemp(join(tmpdir(), "segue-disk-"));
    await mkdir(join(folder, "a/b"), { recursive: true });
    // in a container the killed run had the id that this one has
    const left = ["x.1.999999999.part", `y.1.${process.pid}.part`, "a/b/z.3.0123456789ab.part"];
    for (const name of left) await writeFile(join(folder, name), "torn");
    const disk = createDisk(folder);
    const files = await new Promise((resolve) => disk.list({ folder: "" }, resolve));
    expect(files).toEqual({ type: "listed", files: [] });
    expect(await readdir(folder)).toEqual(["a"]);
    expect(await readdir(join(folder, "a/b"))).toEqual([]);

    // one that this run is writing stays
    const written = new Promise((resolve) =>
      disk.write({ path: "a/own", bytes: new Uint8Array(3_000_000) }, resolve),
    );
    await writeFile(join(folder, "a/b/later.1.999999999.part"), "torn");
    await disk.sweep(["a", "nowhere"]);
    expect(await written).toEqual({ type: "written" });
    expect(await readdir(join(folder, "a/b"))).toEqual([]);
    await rm(folder, { recursive: true });
  });

  it("turns what the system says into a fault", async () => {
    const folder = await mkdtemp(join(tmpdir(), "segue-disk-"));
    await writeFile(join(folder, "file"), "");
    const disk = createDisk(folder);
    const failed = await new Promise((resolve) =>
      disk.write({ path: "file/below", bytes: new Uint8Array(1) }, resolve),
    );
    expect(failed).toMatchObject({ type: "failed", fault: { code: "disk-failed" } });
    await rm(folder, { recursive: true });
  });
});
