/** The library notices what happens to its folders, without being asked. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FileReport } from "#engine/ports/catalogue.ts";
import { openLibrary, type Library } from "../../apps/node-host/library/library.ts";
import { FolderWatch } from "../../apps/node-host/library/folderWatch.ts";
import { quietMs } from "../../apps/node-host/library/quietFile.ts";
import { ScanTimes } from "../../apps/node-host/library/scanTimes.ts";
import { writeMusic } from "./madeMusic.ts";
import { undisturbed, writeSlowly } from "./writeSlowly.ts";

let place: string;
let music: string;
let library: Library;
let told: string[];

const write = (name: string, seconds = 0.1) =>
  writeMusic(join(music, name), { seconds, rate: 8000, channels: 1 });
const titles = () => library.list().tracks.map(({ title }) => title);
/** Resolves at the first word of the library at which the titles are these. */
const listed = (...expected: readonly string[]): Promise<void> =>
  new Promise((resolve) => {
    const unwatch = library.watch(() => {
      if (titles().toSorted().join() !== expected.toSorted().join()) return;
      unwatch();
      resolve();
    });
  });
const idOf = (title: string) => library.list().tracks.find((each) => each.title === title)!.id;
function follow(title: string) {
  const track = idOf(title);
  const { signature } = library.find(track)!;
  const reports: FileReport[] = [];
  let cancel = () => {};
  const first = new Promise<FileReport>((resolve) => {
    cancel = library.follow({ track, signature }, (report) => {
      reports.push(report);
      resolve(report);
    });
  });
  return { track, signature, reports, first, cancel: () => cancel() };
}

beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), "segue-watch-"));
  music = join(place, "music");
  mkdirSync(music);
  told = [];
  const data = join(place, "data");
  const tell = (line: string): void => void told.push(line);
  write("one.wav");
  library = await openLibrary({ folders: [music], data, tell, watched: true });
  await library.scan();
});
afterEach(async () => {
  await library.close();
  await rm(place, { recursive: true, force: true });
});

describe("the list follows its folders", () => {
  it("when files are put in, moved and taken out", async () => {
    const added = listed("one", "two");
    write("two.wav");
    await added;
    const moved = listed("one", "three");
    renameSync(join(music, "two.wav"), join(music, "three.wav"));
    await moved;
    const removed = listed("one");
    rmSync(join(music, "three.wav"));
    await removed;
  });

  it("into new folders, also one that takes the place of another", async () => {
    for (const round of ["first", "second"]) {
      const added = listed(round, "one");
      mkdirSync(join(music, "a folder"));
      write(`a folder/${round}.wav`);
      await added;
      // what comes into it later is noticed too
      const more = listed("later", round, "one");
      write("a folder/later.wav");
      await more;
      const removed = listed("one");
      rmSync(join(music, "a folder"), { recursive: true });
      await removed;
    }
  });

  it("and reads the tags of a file that was written anew", async () => {
    const { tracks } = library.list();
    const longer = new Promise<void>((resolve) =>
      library.watch(() => {
        if (library.list().tracks[0]!.durationFrames === 4000) resolve();
      }),
    );
    write("one.wav", 0.5);
    await longer;
    expect(library.list().tracks[0]!.id).toBe(tracks[0]!.id);
  });

  it("looks no more often than every five seconds while something is written all the time", async () => {
    const scanning = vi.spyOn(ScanTimes.prototype, "began");
    const names = ["one"];
    // held up for half a second, it could see a scan that was due when it should have written
    await undisturbed(500, async () => {
      const name = `slow${names.length}`;
      names.push(name);
      const added = listed(...names);
      write(`${name}.wav`);
      await added;
      const before = scanning.mock.calls.length;
      const slowly = { pieceBytes: 4000, everyMs: 100 };
      const begunMs = performance.now();
      const longestMs = await writeSlowly(
        join(music, `${name}.wav`),
        Buffer.alloc(120_000),
        slowly,
      );
      const scans = scanning.mock.calls.length - before;
      const wroteMs = performance.now() - begunMs;
      return {
        longestMs,
        // what had stirred before counts from then on
        holds: () => expect(scans).toBeLessThanOrEqual(Math.floor((wroteMs + 1000) / 5000)),
      };
    });
    scanning.mockRestore();
  });
});

describe("a file that somebody plays", () => {
  it("is told of once when it is whole, however slowly it is written", async () => {
    const path = join(music, "one.wav");
    const bytes = await readFile(path);
    await undisturbed(quietMs, async () => {
      const { track, signature, reports, first } = follow("one");
      writeFileSync(path, bytes.subarray(0, 44));
      const begun = performance.now();
      const more = Buffer.concat([bytes.subarray(44), Buffer.alloc(100)]);
      let early = 0;
      const slowly = { pieceBytes: 100, everyMs: 150 };
      const longestMs = await writeSlowly(path, more, slowly, () => (early = reports.length));
      const wroteMs = performance.now() - begun;
      const report = await first;
      const now = library.find(track)!.signature;
      const holds = (): void => {
        expect(early).toBe(0);
        expect(wroteMs).toBeGreaterThan(2000);
        expect(report).toMatchObject({ type: "found", source: { id: track } });
        expect(now).toMatch(/^1744-/);
        expect(now).not.toBe(signature);
        expect(reports).toHaveLength(1);
      };
      return { longestMs, holds };
    });
  });

  it("and that comes back as it was has not changed", async () => {
    const { reports, cancel } = follow("one");
    const [path, away] = [join(music, "one.wav"), join(place, "away")];
    renameSync(path, away);
    renameSync(away, path);
    // the list has been looked at since, and so has the file
    const added = listed("one", "two");
    write("two.wav");
    await added;
    expect(reports).toEqual([]);
    cancel();
  });

  it("is missing, and not unknown, when it has left the list; and is listed when it is back", async () => {
    const { track, first } = follow("one");
    const [path, away] = [join(music, "one.wav"), join(place, "away")];
    const removed = listed();
    renameSync(path, away);
    expect(await first).toMatchObject({ type: "failed", fault: { code: "file-missing" } });
    await removed;
    expect(library.find(track)).toBeDefined();
    renameSync(away, path);
    const found = await new Promise<FileReport>((tell) => library.check({ track }, tell));
    expect(found).toMatchObject({ type: "found" });
    expect(titles()).toEqual(["one"]);
  });

  it("is opened when it is whole: until then it is waited for", async () => {
    const path = join(music, "one.wav");
    const track = idOf("one");
    const checked = new Promise<FileReport>((tell) => library.check({ track }, tell));
    expect(await checked).toMatchObject({ type: "found" });
    const bytes = await readFile(path);
    await undisturbed(quietMs, async () => {
      writeFileSync(path, Buffer.concat([bytes, Buffer.alloc(10)]));
      const again = new Promise<FileReport>((tell) => library.check({ track }, tell));
      const slowly = { pieceBytes: 10, everyMs: 500 };
      const longestMs = await writeSlowly(path, Buffer.alloc(10), slowly);
      const report = await again;
      const source = { signature: expect.stringMatching(/^1664-/) as string };
      return { longestMs, holds: () => expect(report).toMatchObject({ type: "found", source }) };
    });
  });
});

describe("folders that cannot be watched", () => {
  it("are said to be so, scan by scan", () => {
    const watch = new FolderWatch(
      () => undefined,
      () => true,
    );
    watch.begin();
    watch.cover(Buffer.from(join(place, "nowhere")), "1");
    expect(watch.isWhole).toBe(false);
    watch.begin();
    watch.cover(Buffer.from(music), "2");
    expect(watch.isWhole).toBe(true);
    watch.close();
  });

  it("are looked at every minute, others every five, and never for more than a hundredth of the time", () => {
    vi.useFakeTimers();
    try {
      const times = new ScanTimes(() => scans.push(performance.now() - endedAt));
      const scans: number[] = [];
      let endedAt = 0;
      for (const [tookMs, isWhole] of [
        [100, false],
        [100, true],
        [10_000, true],
      ] as const) {
        endedAt = performance.now();
        times.ended(tookMs, isWhole);
        vi.advanceTimersByTime(1_000_001);
      }
      expect(scans).toEqual([60_000, 300_000, 1_000_000]);
      times.close();
      times.ended(100, true);
      vi.advanceTimersByTime(1_000_001);
      expect(scans).toHaveLength(3);
    } finally {
      vi.useRealTimers();
    }
  });

  it("that stir are looked at a second later, five at most, and pause for ten times what a look takes", () => {
    vi.useFakeTimers();
    try {
      const scans: number[] = [];
      const times = new ScanTimes(() => {
        scans.push(performance.now() - begunAt);
        times.began();
      });
      let begunAt = performance.now();
      times.stirred();
      vi.advanceTimersByTime(10_000);
      expect(scans).toEqual([1000]);
      // all the time from here on
      times.ended(100, true);
      begunAt = performance.now();
      for (let i = 0; i < 60; i++) {
        times.stirred();
        vi.advanceTimersByTime(100);
      }
      expect(scans).toEqual([1000, 5000]);
      times.ended(2000, true);
      begunAt = performance.now();
      times.stirred();
      vi.advanceTimersByTime(60_000);
      expect(scans).toEqual([1000, 5000, 20_000]);
    } finally {
      vi.useRealTimers();
    }
  });
});
