/** What every `Catalogue` owes its users: the library of a real folder and the simulated one alike. */
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Catalogue, FileReport } from "#engine/ports/catalogue.ts";
import { openLibrary } from "../../apps/node-host/library/library.ts";
import { writeWav } from "../browser/frameCode.ts";
import { simulatedCatalogue } from "../simulation/ports/simulatedCatalogue.ts";
import { SimulatedLibrary } from "../simulation/ports/simulatedLibrary.ts";
import { simulatedTracks } from "../simulation/ports/tracks.ts";
import { World } from "../simulation/world/world.ts";

type Bench = {
  readonly catalogue: Catalogue;
  /** a track that is there */
  readonly known: string;
  /** somebody saves other audio under its name */
  readonly rewrite: () => void;
  /** its file is moved away, or back */
  readonly setMissing: (isMissing: boolean) => Promise<void>;
  /** lets everything happen that is under way */
  readonly settle: () => Promise<void>;
  readonly end: () => Promise<void>;
};

const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  real: async () => {
    const place = await mkdtemp(join(tmpdir(), "segue-catalogue-"));
    const music = join(place, "music");
    await mkdir(music);
    const [path, away] = [join(music, "one.wav"), join(place, "away")];
    let frames = 8000;
    writeWav(path, new Int16Array(frames), 8000, 1);
    const tell = () => undefined;
    const library = await openLibrary({ folders: [music], data: place, tell, watched: true });
    await library.scan();
    return {
      rewrite: () => writeWav(path, new Int16Array((frames += 800)), 8000, 1),
      setMissing: (isMissing) => (isMissing ? rename(path, away) : rename(away, path)),
      catalogue: library,
      known: library.list().tracks[0]!.id,
      settle: async () => undefined,
      end: async () => {
        await library.close();
        await rm(place, { recursive: true, force: true });
      },
    };
  },
  simulated: async () => {
    const world = new World(1);
    const library = new SimulatedLibrary();
    return {
      rewrite: () => void library.rewrite(simulatedTracks[0]!, world.now),
      setMissing: async (isMissing) =>
        library.setMissing(simulatedTracks[0]!, isMissing, world.now),
      catalogue: simulatedCatalogue(world, world.realm("host", 0), library),
      known: simulatedTracks[0]!.id,
      settle: async () => {
        while (world.step(Infinity));
      },
      end: async () => undefined,
    };
  },
};

describe.each(Object.keys(benches))("the %s catalogue", (kind) => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await benches[kind]!();
  });
  afterEach(() => bench.end());

  async function checked(track: string): Promise<FileReport> {
    const answer = new Promise<FileReport>((resolve) => {
      let returned = false;
      bench.catalogue.check({ track }, (report) => {
        // never before `check` has returned
        expect(returned).toBe(true);
        resolve(report);
      });
      returned = true;
    });
    await bench.settle();
    return answer;
  }

  it("finds a track under its own id, with all that a decoder needs", () => {
    const found = bench.catalogue.find(bench.known)!;
    expect(found.id).toBe(bench.known);
    expect(found.path).not.toBe("");
    expect(found.signature).not.toBe("");
    expect(found.rateHint).toBeGreaterThan(0);
    expect(found.framesHint).toBeGreaterThan(0);
  });

  it("finds nothing under an id that nobody gave", () => {
    expect(bench.catalogue.find("nobody")).toBeUndefined();
  });

  it("looks again and reports the same signature while the file is the same", async () => {
    const { signature } = bench.catalogue.find(bench.known)!;
    expect(await checked(bench.known)).toMatchObject({ type: "found", source: { signature } });
  });

  it("looks again and reports another signature when the file is another one", async () => {
    const { signature } = bench.catalogue.find(bench.known)!;
    bench.rewrite();
    const found = await checked(bench.known);
    expect(found).toMatchObject({ type: "found", source: { id: bench.known } });
    if (found.type === "found") expect(found.source.signature).not.toBe(signature);
    expect(bench.catalogue.find(bench.known)).toEqual(found.type === "found" && found.source);
  });

  it("says that a file is missing, whether its track is listed still or not", async () => {
    await bench.setMissing(true);
    const missing = { type: "failed", fault: { code: "file-missing", retryable: true } };
    expect(await checked(bench.known)).toMatchObject(missing);
    await bench.setMissing(false);
    expect(await checked(bench.known)).toMatchObject({ type: "found" });
  });

  /** Follows the known track. @returns its reports, and the first of them */
  function follow() {
    const { signature } = bench.catalogue.find(bench.known)!;
    const reports: FileReport[] = [];
    let cancel = () => {};
    const first = new Promise<FileReport>((resolve) => {
      cancel = bench.catalogue.follow({ track: bench.known, signature }, (report) => {
        reports.push(report);
        resolve(report);
      });
    });
    return { signature, reports, first, cancel: () => cancel() };
  }

  it("tells who follows a file that it is another one, once, and nobody who does no longer", async () => {
    const [given, one] = [follow(), follow()];
    given.cancel();
    expect(one.reports).toEqual([]);
    bench.rewrite();
    await bench.settle();
    const report = await one.first;
    expect(report).toMatchObject({ type: "found", source: { id: bench.known } });
    const now = bench.catalogue.find(bench.known)!;
    expect(report).toEqual({ type: "found", source: now });
    expect(now.signature).not.toBe(one.signature);
    // the next one hears of the next change, the former not again
    const next = follow();
    bench.rewrite();
    await bench.settle();
    await next.first;
    expect([given.reports.length, one.reports.length, next.reports.length]).toEqual([0, 1, 1]);
    next.cancel();
  });

  it("tells who follows a file that it is gone", async () => {
    const { first, cancel } = follow();
    await bench.setMissing(true);
    await bench.settle();
    expect(await first).toMatchObject({ type: "failed", fault: { code: "file-missing" } });
    cancel();
    await bench.setMissing(false);
  });

  it("says why a track that is not there cannot be looked at", async () => {
    expect(await checked("nobody")).toMatchObject({
      type: "failed",
      fault: { code: "track-unknown" },
    });
  });
});
