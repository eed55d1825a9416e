/** A simulated session, recorded and replayed: every root does what it did, line for line, and says so when
 *  it does something else. */
import { beforeAll, describe, expect, it } from "vitest";
import type { Page } from "#engine/actors/pageApi.ts";
import { tapeLineSchema, type TapeLine } from "#engine/protocol/tape.ts";
import { generateScenario } from "../generateScenario.ts";
import { shippedRoots, type Roots } from "../roots.ts";
import type { Scenario } from "../scenario.ts";
import { simulatedHostConfig } from "../simulatedConfig.ts";
import { runScenario } from "../simulation.ts";
import { recordSimulation, type RecordedSimulation } from "./recordSimulation.ts";
import { describeOutcome, replayTape } from "./replayTape.ts";

/** Two listeners, a host that is killed and comes back, damage on the wire and on the disk. */
const scenario: Scenario = {
  seed: 4,
  commands: [
    { atMs: 300, player: 0, deed: { type: "choose", track: "long" } },
    { atMs: 500, player: 1, deed: { type: "choose", track: "exact" } },
    { atMs: 4000, player: 0, deed: { type: "seek", seconds: 12.5 } },
    { atMs: 4100, player: 0, deed: { type: "enhance", on: false } },
    { atMs: 6000, player: 1, deed: { type: "pause" } },
    { atMs: 9000, player: 1, deed: { type: "play" } },
    { atMs: 9500, player: 1, deed: { type: "preset", preset: "warm" } },
    { atMs: 22_000, player: 0, deed: { type: "next" } },
  ],
  faults: [
    { atMs: 7000, type: "garble" },
    { atMs: 12_000, type: "restart", downMs: 1500 },
    { atMs: 16_000, type: "rot", pick: 5 },
    { atMs: 18_000, type: "cut", player: 1 },
  ],
};

let recorded: RecordedSimulation;
beforeAll(() => {
  recorded = recordSimulation(scenario);
});

const linesOf = (tape: string): readonly TapeLine[] =>
  tape
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => tapeLineSchema.parse(JSON.parse(line)));

describe("a recorded session", () => {
  it("is the same session: the recorder changes nothing", () => {
    expect(recorded.outcome.violation).toBeNull();
    expect(recorded.outcome.hash).toBe(runScenario(scenario).hash);
  });

  it("is replayed where the host analyses what nobody plays, and throws away what it decoded for that", () => {
    const alone: Scenario = { seed: 5, commands: [], faults: [], climate: { isSurveyed: true } };
    const { tape } = recordSimulation(alone);
    expect(tape).toMatch(/decode#\d+\.discard/);
    expect(replayTape(tape).divergences).toEqual([]);
  });

  it("is replayed event for event, on both sides of the host's death", () => {
    const outcome = replayTape(recorded.tape);
    expect(describeOutcome(outcome).at(-1)).toBe(
      "Every root did what it did when it was recorded.",
    );
    expect(outcome.roots.map(({ root }) => root).toSorted()).toEqual([
      "host.1",
      "host.2",
      "page.0",
      "page.1",
      "worker.0",
      "worker.1",
    ]);
    const heard = linesOf(recorded.tape).filter((line) => "port" in line && !("read" in line));
    const played = outcome.roots.reduce((sum, { emissions }) => sum + emissions, 0);
    expect(played).toBe(heard.length);
    expect(played).toBeGreaterThan(3000);
  });

  it("holds no samples: nothing but names, numbers and digests", () => {
    const lines = linesOf(recorded.tape);
    const slices = lines.filter((line) => JSON.stringify(line).includes("$slice"));
    const renders = lines.filter((line) => "port" in line && line.port === "engine");
    expect(slices.length).toBeGreaterThan(20);
    expect(renders.length).toBeGreaterThan(20);
    for (const line of [...slices, ...renders])
      expect(JSON.stringify(line).length).toBeLessThan(2500);
    expect(recorded.tape).toContain("$segment");
  });

  it.each([11, 15])("of seed %i is replayed without a difference", (seed) => {
    const { tape } = recordSimulation(generateScenario(seed));
    const { violations, divergences } = replayTape(tape);
    expect([violations, divergences]).toEqual([[], []]);
  });
});

describe("a replay", () => {
  /** The shipped roots, but for one of them. */
  const withRoot = (roots: Partial<Roots>): Roots => ({ ...shippedRoots, ...roots });

  it("says where a worker that looks less far ahead than it did leaves the tape", () => {
    const { createPageWorker } = shippedRoots;
    const roots = withRoot({
      createPageWorker: (ports, config) =>
        createPageWorker(ports, { ...config, aheadSeconds: config.aheadSeconds - 1 }),
    });
    const { divergences } = replayTape(recorded.tape, { roots });
    const [first] = divergences;
    expect(first!.root).toMatch(/^worker\./);
    expect(first!.expected).not.toBe(first!.found);
    const line = recorded.tape.split("\n")[first!.line - 1]!;
    expect(JSON.parse(line)).toMatchObject({ root: first!.root });
    expect(first!.atMs).toBeGreaterThan(300);
  });

  it("notices a timer that is a millisecond off", () => {
    const { createHost } = shippedRoots;
    const { sweepMs } = simulatedHostConfig(1);
    const roots = withRoot({
      createHost: (ports, config) =>
        createHost(
          {
            ...ports,
            clock: {
              ...ports.clock,
              setTimeout: (run, ms) => ports.clock.setTimeout(run, ms === sweepMs ? ms + 1 : ms),
            },
          },
          config,
        ),
    });
    const { divergences } = replayTape(recorded.tape, { roots });
    expect(divergences.map(({ root }) => root)).toEqual(["host.1", "host.2"]);
    expect(divergences[0]).toMatchObject({
      expected: expect.stringMatching(/^clock#\d+\.set 17000$/),
      found: expect.stringMatching(/^clock#\d+\.set 17001$/),
    });
  });

  /** A page that cannot bear a seek. */
  const brokenSeek = withRoot({
    createPage: (ports, config) => {
      const page = shippedRoots.createPage(ports, config);
      const seek = (): void => {
        throw new RangeError("the slider fell off");
      };
      return new Proxy(page, {
        get: (target, name) =>
          name === "seek" ? seek : (Reflect.get(target, name, target) as unknown),
      }) satisfies Page;
    },
  });

  it("of a session that ended in an error ends in the same error", () => {
    const { outcome, tape } = recordSimulation(scenario, brokenSeek);
    expect(outcome.violation).toMatchObject({ invariant: "crash" });
    expect(tape).toContain(`"threw":"the slider fell off"`);
    const again = replayTape(tape, { roots: brokenSeek });
    expect(again.divergences).toEqual([]);
    expect(again.violations).toMatchObject([
      { root: "page.0", what: "crash", atMs: 4000, detail: expect.stringContaining("fell off") },
    ]);
  });

  it("of that session with the defect mended says that it went on", () => {
    const { tape } = recordSimulation(scenario, brokenSeek);
    const mended = replayTape(tape);
    expect(mended.violations).toEqual([]);
    expect(mended.divergences[0]).toMatchObject({
      root: "page.0",
      atMs: 4000,
      expected: expect.stringContaining("fell off"),
    });
  });

  it("finds books that do not add up", () => {
    const roots = withRoot({
      createHost: (ports, config) => ({
        ...shippedRoots.createHost(ports, config),
        audit: () => ["one too many"],
      }),
    });
    const { violations } = replayTape(recorded.tape, { roots });
    expect(violations.map(({ what, root }) => `${root} ${what}`)).toEqual([
      "host.1 books",
      "host.2 books",
    ]);
  });

  it("takes a warning and a real timer for a violation", () => {
    const roots = withRoot({
      createPage: (ports, config) => {
        console.warn("an event was sent to a stopped actor");
        return shippedRoots.createPage(ports, config);
      },
      createPageWorker: (ports, config) => {
        setTimeout(() => {
          throw new Error("nobody caught it");
        });
        return shippedRoots.createPageWorker(ports, config);
      },
    });
    const { violations } = replayTape(recorded.tape, { roots });
    expect(violations.map(({ what }) => what).toSorted()).toEqual([
      "crash",
      "crash",
      "escape",
      "escape",
    ]);
  });
});
