/** What every `DiskIndex` owes its users: the real one in SQLite and the simulated one alike. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DiskIndex, IndexChange } from "#engine/ports/diskIndex.ts";
import type { Start } from "#engine/ports/port.ts";
import { createDiskIndex } from "../../apps/node-host/adapters/diskIndex.ts";
import { IndexMedium, simulatedIndex } from "../simulation/ports/simulatedIndex.ts";
import { World } from "../simulation/world/world.ts";

type Bench = {
  /** an index over the same medium, as after a restart */
  readonly make: () => DiskIndex;
  /** lets everything happen that is under way */
  readonly settle: () => void;
  readonly end: () => Promise<void>;
};

const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  real: async () => {
    const folder = await mkdtemp(join(tmpdir(), "segue-index-"));
    return {
      make: () => createDiskIndex(join(folder, "index.sqlite"), () => undefined),
      settle: () => undefined,
      end: () => rm(folder, { recursive: true, force: true }),
    };
  },
  simulated: async () => {
    const world = new World(1);
    const medium = new IndexMedium();
    let runs = 0;
    return {
      make: () => simulatedIndex(world, world.realm("host", runs++), medium),
      settle: () => {
        while (world.step(Infinity));
      },
      end: async () => undefined,
    };
  },
};

const put = (id: string, bytes = 100, written = 1.7e12): IndexChange => {
  return { type: "put", id, bytes, written };
};
const use = (id: string): IndexChange => ({ type: "use", id });
const drop = (id: string): IndexChange => ({ type: "drop", id });

describe.each(Object.keys(benches))("the %s index", (kind) => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await benches[kind]!();
  });
  afterEach(() => bench.end());

  async function report<Request, Report>(
    start: Start<Request, Report>,
    request: Request,
  ): Promise<Report> {
    const heard = new Promise<Report>((resolve) => start(request, resolve));
    bench.settle();
    return heard;
  }
  async function opened(index: DiskIndex): Promise<readonly string[]> {
    const told = await report(index.open, null);
    if (told.type === "failed") throw new Error(told.fault.detail);
    return told.files.map(({ id }) => id);
  }
  /** ids that another index finds, used last first */
  async function found(): Promise<readonly string[]> {
    const index = bench.make();
    const ids = await opened(index);
    index.close([]);
    return ids;
  }

  it("that was never there names nothing", async () => {
    expect(await report(bench.make().open, null)).toEqual({ type: "opened", files: [] });
  });

  it("gives back what was put, used last first, also after a restart", async () => {
    const index = bench.make();
    await opened(index);
    expect(await report(index.write, { changes: [put("a/0", 7, 5), put("b/1", 9, 6.5)] })).toEqual({
      type: "written",
    });
    expect(await report(index.write, { changes: [put("c/2"), use("a/0")] })).toMatchObject({
      type: "written",
    });
    index.close([]);
    const again = bench.make();
    const told = await report(again.open, null);
    expect(told).toEqual({
      type: "opened",
      files: [
        { id: "a/0", bytes: 7, written: 5 },
        { id: "c/2", bytes: 100, written: 1.7e12 },
        { id: "b/1", bytes: 9, written: 6.5 },
      ],
    });
    // the order goes on behind what it was
    await report(again.write, { changes: [use("b/1")] });
    again.close([]);
    expect(await found()).toEqual(["b/1", "a/0", "c/2"]);
  });

  it("puts what is there anew: its size, its place", async () => {
    const index = bench.make();
    await opened(index);
    await report(index.write, { changes: [put("a/0", 1), put("b/0", 2), put("a/0", 3)] });
    index.close([]);
    const told = await report(bench.make().open, null);
    expect(told.type === "opened" && told.files.map(({ id, bytes }) => [id, bytes])).toEqual([
      ["a/0", 3],
      ["b/0", 2],
    ]);
  });

  it("drops, and does nothing about what is not there", async () => {
    const index = bench.make();
    await opened(index);
    await report(index.write, { changes: [put("a/0"), put("b/0"), drop("a/0")] });
    await report(index.write, { changes: [use("a/0"), drop("never"), use("never")] });
    index.close([]);
    expect(await found()).toEqual(["b/0"]);
  });

  it("what is left over when it is closed is written, also when the last batch was cancelled", async () => {
    const index = bench.make();
    await opened(index);
    index.write({ changes: [put("a/0")] }, () => expect.unreachable())();
    index.close([put("a/0"), put("b/0")]);
    expect(await found()).toEqual(["b/0", "a/0"]);
  });

  it("may be closed before it was open, or while it opens", async () => {
    bench.make().close([]);
    const index = bench.make();
    index.open(null, () => expect.unreachable())();
    index.close([]);
    bench.settle();
    expect(await found()).toEqual([]);
  });

  it("reports later, never before the call returns", async () => {
    const index = bench.make();
    let returned = false;
    const early = (start: (emit: () => void) => void): Promise<boolean> => {
      returned = false;
      const heard = new Promise<boolean>((resolve) => start(() => resolve(!returned)));
      returned = true;
      bench.settle();
      return heard;
    };
    expect(await early((emit) => index.open(null, emit))).toBe(false);
    expect(await early((emit) => index.write({ changes: [put("a/0")] }, emit))).toBe(false);
    index.close([]);
  });
});

describe("the real index", () => {
  let folder: string;
  let path: string;
  let told: string[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "segue-index-"));
    path = join(folder, "deep/index.sqlite");
    told = [];
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const make = () => createDiskIndex(path, (line) => told.push(line));
  const open = (index: DiskIndex) =>
    new Promise<readonly string[] | string>((resolve) =>
      index.open(null, (report) =>
        resolve(report.type === "opened" ? report.files.map(({ id }) => id) : report.fault.code),
      ),
    );
  async function fill(count: number): Promise<void> {
    const index = make();
    await open(index);
    index.close(Array.from({ length: count }, (_, at) => put(`${at}`.padStart(32, "0") + "/1")));
    expect(told).toEqual([]);
  }
  /** opens what is not to be used; it is said once, and the next one is like new */
  async function expectReplaced(): Promise<void> {
    const index = make();
    expect(await open(index)).toEqual([]);
    expect(told).toHaveLength(1);
    index.close([put("a/0")]);
    const again = make();
    expect(await open(again)).toEqual(["a/0"]);
    expect(told).toHaveLength(1);
    again.close([]);
  }

  it("that is no database is made anew, and said once", async () => {
    await mkdir(join(folder, "deep"));
    await writeFile(path, "shopping list ".repeat(1000));
    await expectReplaced();
    expect(told[0]).toMatch(/^The index of the cache could not be used, it is made anew: /);
  });

  it("that is cut off is made anew", async () => {
    await fill(2000);
    const whole = await readFile(path);
    await writeFile(path, whole.subarray(0, whole.length / 2));
    await expectReplaced();
  });

  it("of another version is made anew", async () => {
    await fill(1);
    const db = new Database(path);
    db.exec("PRAGMA user_version = 99");
    db.close();
    await expectReplaced();
  });

  it("that somebody holds locked is made anew: the folder's lock is ours", async () => {
    await fill(1);
    const db = new Database(path);
    db.exec("BEGIN EXCLUSIVE");
    await expectReplaced();
    db.close();
  });

  it("names nothing that rotted, wherever a bit flips", async () => {
    await fill(300);
    const whole = await readFile(path);
    const text = new Set(Array.from({ length: 300 }, (_, at) => `${at}`.padStart(32, "0") + "/1"));
    let flips = 0;
    for (let at = 40; at < whole.length; at += 997) {
      const index = make();
      const bent = Buffer.from(whole);
      bent[at]! ^= 1 << (at & 7);
      await writeFile(path, bent);
      const found = await open(index);
      expect(Array.isArray(found)).toBe(true);
      for (const id of found) expect(text).toContain(id);
      index.close([]);
      flips++;
    }
    expect(flips).toBeGreaterThan(20);
  });

  it("that cannot be made is a fault, said once", async () => {
    await writeFile(join(folder, "deep"), "a file in the place of the folder");
    const index = make();
    expect(await open(index)).toBe("disk-failed");
    expect(await open(index)).toBe("disk-failed");
    expect(told).toHaveLength(1);
    index.close([put("a/0")]);
  });

  it("whose database is taken away while it is open does no harm", async () => {
    await fill(1);
    const index = make();
    await open(index);
    await rm(join(folder, "deep"), { recursive: true });
    index.close([put("a/0")]);
    const again = make();
    expect(await open(again)).toEqual([]);
    again.close([]);
    expect(told).toEqual([]);
  });
});
