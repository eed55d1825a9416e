/** What every `Catalogue` owes its users: the library of a real folder and the simulated one alike. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Catalogue } from "#engine/ports/catalogue.ts";
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
  /** lets everything happen that is under way */
  readonly settle: () => Promise<void>;
  readonly end: () => Promise<void>;
};

const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  real: async () => {
    const place = await mkdtemp(join(tmpdir(), "segue-catalogue-"));
    const music = join(place, "music");
    await mkdir(music);
    writeWav(join(music, "one.wav"), new Int16Array(8000), 8000, 1);
    const library = await openLibrary({ folders: [music], data: place, tell: () => undefined });
    await library.scan();
    return {
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
    return {
      catalogue: simulatedCatalogue(world, world.realm("host", 0), new SimulatedLibrary()),
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

  type CheckReport = Parameters<Parameters<Catalogue["check"]>[1]>[0];
  async function checked(track: string): Promise<CheckReport> {
    const answer = new Promise<CheckReport>((resolve) => {
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

  it("says why a track that is not there cannot be looked at", async () => {
    expect(await checked("nobody")).toMatchObject({
      type: "failed",
      fault: { code: "track-unknown" },
    });
  });
});
