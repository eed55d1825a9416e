/** What `/inspect` shows of a recorded session: roots whose clocks do not agree, on one clock; and of a page that
 *  was closed, that it lives no more. */
import { beforeAll, describe, expect, it } from "vitest";
import { writeTapeHeader } from "#engine/actors/tape/writeTapeHeader.ts";
import { Recording } from "../../../apps/web/inspect/recording.ts";
import type { Scenario } from "../scenario.ts";
import { hellosOf } from "./hellosOf.ts";
import { readTape } from "./readTape.ts";
import { recordSimulation } from "./recordSimulation.ts";
import { replayTape } from "./replayTape.ts";
import { rootLives } from "./rootLives.ts";

/** One page is reloaded, the other closed: their connections end, one in good order, one in silence. */
const scenario: Scenario = {
  seed: 9,
  commands: [
    { atMs: 300, player: 0, deed: { type: "choose", track: "long" } },
    { atMs: 500, player: 1, deed: { type: "choose", track: "exact" } },
    { atMs: 23_000, player: 1, deed: { type: "play" } },
  ],
  faults: [
    { atMs: 20_000, type: "reload", player: 1, forMs: 2000, isTold: true },
    { atMs: 30_000, type: "closeTab", player: 0 },
  ],
};
/** ms from end to end, at most: the wire's 25, and what waits before it */
const latencyMs = 30;

let tape: string;
let recording: Recording;
beforeAll(() => {
  const recorded = recordSimulation(scenario);
  expect(recorded.outcome.violation).toBeNull();
  tape = recorded.tape;
  recording = shown(tape);
});

function shown(text: string): Recording {
  const { violations, divergences, inspected } = replayTape(text, { trace: true });
  expect([violations, divergences]).toEqual([[], []]);
  return Recording.read("session", inspected!)!;
}

/** Whose pages and workers live. */
function tabsAt(recording: Recording, at: number): readonly string[] {
  const { actors } = recording.at(at);
  const living = actors.filter(({ side }) => side !== "host");
  return [...new Set(living.map(({ side, tab }) => `${side} ${tab}`))].toSorted();
}

describe("a session of roots each of which has a clock of its own", () => {
  it("is on one clock: every hello is heard after it was said, and soon", () => {
    const all = hellosOf(recording);
    expect(all.map(({ tab }) => tab)).toEqual(["0", "1", "1.1"]);
    for (const { said, heard } of all) {
      expect(heard).toBeGreaterThan(said);
      expect(heard).toBeLessThan(said + latencyMs);
    }
    expect(all.at(-1)!.said).toBeGreaterThan(22_000);
  });

  it("has what was done by all of them in the order in which it was done", () => {
    const { steps, messages } = recording.at(recording.until);
    for (const notes of [steps, messages]) {
      const times = notes.map(({ at }) => at);
      expect(times).toEqual(times.toSorted((one, other) => one - other));
    }
    expect(recording.from).toBe(0);
    expect(recording.at(21_000).tabs).not.toContain("1.1");
    expect(recording.at(23_000).tabs).toContain("1.1");
  });

  it("of a tape that does not say when its clocks began is replayed as each of them has it", () => {
    const all = hellosOf(shown(tape.replaceAll(/"originMs":[\d.]+,/g, "")));
    expect(all.find(({ tab }) => tab === "1.1")!.said).toBeLessThan(1000);
  });
});

describe("a page that was closed", () => {
  it("ends with its connection, and its worker with it", () => {
    expect(tabsAt(recording, 19_999)).toEqual(["page 0", "page 1", "worker 0", "worker 1"]);
    expect(tabsAt(recording, 20_000 + latencyMs)).toEqual(["page 0", "worker 0"]);
  });

  it("ends with what was heard of it last where the host closed a connection that was silent", () => {
    const before = tabsAt(recording, 24_000);
    expect(before).toEqual(["page 0", "page 1.1", "worker 0", "worker 1.1"]);
    expect(tabsAt(recording, 30_000)).toEqual(["page 1.1", "worker 1.1"]);
  });

  it("is not one before whose end the recording breaks off", () => {
    const lines = tape.split("\n");
    const left = lines.findIndex((line) => line.includes(`"ask":"leave"`));
    const torn = shown(`${lines.slice(0, left).join("\n")}\n`);
    expect(tabsAt(torn, torn.until)).toEqual(["page 1.1", "worker 1.1"]);
  });
});

describe("whether a page was closed", () => {
  const page = { root: "page.a", atMs: 500, originMs: 6000, begin: { player: "alpha" } };
  const worker = { root: "worker.a", atMs: 40, originMs: 6480, begin: {} };
  const heard = { root: "worker.a", atMs: 120, port: "clock", call: 1 };
  const host = { root: "host.1", atMs: 100, originMs: 5000, begin: {} };
  const at = (atMs: number, call: number, report: object) => {
    return { root: "host.1", atMs, port: "socket", call, report };
  };
  const hello = { type: "text", text: { $json: { type: "hello", player: "alpha" } } };
  const closed = { type: "closed", code: 1001, reason: "" };
  const goneMs = (...lines: readonly object[]): number | null => {
    const all = [host, page, worker, heard, ...lines].map((line) => JSON.stringify(line));
    const header = writeTapeHeader(0, `node ${process.version}`);
    const lives = rootLives(readTape([header, ...all, ""].join("\n")));
    expect(lives.get("worker.a")!.goneMs).toBe(lives.get("page.a")!.goneMs);
    expect(lives.get("host.1")).toEqual({ zeroMs: 0, goneMs: null });
    return lives.get("page.a")!.goneMs;
  };

  it("is not said by the end of its lines, nor by that of the recording", () => {
    expect(goneMs()).toBeNull();
    expect(goneMs(at(2000, 1, hello))).toBeNull();
  });

  it("is said by its connection, that was closed and never came back", () => {
    expect(goneMs(at(2000, 1, hello), at(9000, 1, closed))).toBe(9000);
    expect(goneMs(at(2000, 1, hello), at(9000, 1, closed), at(9900, 2, hello))).toBeNull();
    const later = { root: "page.a", atMs: 8500, port: "clock", call: 3 };
    expect(goneMs(at(2000, 1, hello), at(9000, 1, closed), later)).toBe(9500);
  });

  it("is not said by an old connection that is closed behind a new one", () => {
    expect(goneMs(at(2000, 1, hello), at(9000, 2, hello), at(9001, 1, closed))).toBeNull();
    const left = { root: "host.1", did: ["socket#2.send pong 00000000", "socket#1.close 4000"] };
    expect(goneMs(at(2000, 1, hello), at(9000, 2, hello), left)).toBeNull();
  });

  it("is said by what came last of it where the host closed its connection, unless the host is stopped", () => {
    const dropped = { root: "host.1", did: ["clock#4.clear", "socket#1.close 4001"] };
    const silence = { root: "host.1", atMs: 39_000, port: "clock", call: 4 };
    expect(goneMs(at(2000, 1, hello), silence, dropped)).toBe(1600);
    const stop = { root: "host.1", atMs: 39_000, port: "host", ask: "stop" };
    expect(goneMs(at(2000, 1, hello), stop, dropped, at(39_001, 1, closed))).toBeNull();
  });
});
