import { describe, expect, it } from "vitest";
import { writeTapeHeader } from "#engine/actors/tape/writeTapeHeader.ts";
import { simulatedHostConfig } from "../simulatedConfig.ts";
import { readTape, TapeRefused } from "./readTape.ts";
import { recordedPage } from "./recordedPage.ts";
import { replayTape } from "./replayTape.ts";

const header = writeTapeHeader(0, `node ${process.version}`);
const begin = { root: "host.1", atMs: 0, begin: { ...simulatedHostConfig(1), slots: 2 } };
const tapeOf = (...lines: readonly unknown[]): string =>
  [header, ...lines.map((line) => JSON.stringify(line)), ""].join("\n");

describe("what is no tape is refused in one sentence", () => {
  it.each<[string, string, RegExp]>([
    ["an empty file", "", /no header/],
    ["a scenario", `{"seed":1,"commands":[],"faults":[]}\n`, /no header/],
    ["something else altogether", "\u0000\u0001RIFF\n\n", /no header/],
    ["another version", header.replace(`"segueTape":1`, `"segueTape":2`).concat("\n"), /version 2/],
    ["nothing but a header", `${header}\n`, /no root begins/],
    [
      "a foreign port",
      tapeOf(begin, { root: "host.1", atMs: 1, port: "toaster" }),
      /line 3.*toaster/,
    ],
    ["a line that is none", tapeOf(begin, { root: "host.1", did: 7 }), /line 3.*no line of a tape/],
    [
      "a torn line in the middle",
      tapeOf(begin).replace("{", "{").concat('{"ro\n', "{}\n"),
      /line 3/,
    ],
    ["a root that begins twice", tapeOf(begin, begin), /line 3.*second time/],
    [
      "a root without its configuration",
      tapeOf({ root: "host.1", atMs: 0, begin: {} }),
      /line 2.*incomplete/,
    ],
    [
      "a command that there is not",
      tapeOf(begin, { root: "host.1", atMs: 1, port: "host", ask: "sing" }),
      /line 3.*command named "sing"/,
    ],
  ])("%s", (_, text, why) => {
    expect(() => replayTape(text)).toThrow(TapeRefused);
    expect(() => replayTape(text)).toThrow(why);
  });
});

describe("a line that cannot be played", () => {
  // as far as a real page went before anything was reported to it
  const page = recordedPage(() => () => undefined);
  const [, real, did] = page.tape().split("\n").map(parsed);

  it.each<[string, object, RegExp]>([
    [
      "speaks of bytes beyond measure",
      { port: "tracks", call: 1, report: { $bytes: 1e15 } },
      /bytes/,
    ],
    [
      "asks of a page what is a host's",
      { port: "listener", ask: "accept" },
      /accept is asked of no/,
    ],
  ])("%s", (_, heard, why) => {
    expect(did).toMatchObject({ did: expect.arrayContaining(["worker#0.listen"]) });
    const tape = tapeOf(real, did, { root: "page.1", atMs: 9, ...heard });
    expect(() => replayTape(tape)).toThrow(TapeRefused);
    expect(() => replayTape(tape)).toThrow(why);
  });
});

function parsed(line: string): unknown {
  return line === "" ? undefined : JSON.parse(line);
}

describe("a tape", () => {
  it("that was torn at its end is read up to there, and says so", () => {
    const { roots, notes } = readTape(`${tapeOf(begin)}{"root":"host.1","at`);
    expect(roots.get("host.1")).toHaveLength(1);
    expect(notes).toEqual([expect.stringContaining("torn")]);
  });

  it("leaves out a root whose beginning is not on it, and says so", () => {
    const lost = { root: "page.7", atMs: 9, port: "tracks", call: 1 };
    const { roots, notes } = readTape(tapeOf(begin, lost, lost));
    expect([...roots.keys()]).toEqual(["host.1"]);
    expect(notes).toEqual([expect.stringContaining("page.7")]);
  });

  it("that was recorded with another engine says so", () => {
    const other = { ...(JSON.parse(header) as object), engine: 999, madeBy: "node v99.0.0" };
    expect(readTape(tapeOf(begin).replace(header, JSON.stringify(other))).notes).toEqual([
      expect.stringContaining("999"),
      expect.stringContaining("v99.0.0"),
    ]);
    expect(readTape(tapeOf(begin)).notes).toEqual([]);
  });

  it("that speaks into a call which was never made diverges there", () => {
    const heard = { root: "host.1", atMs: 5, port: "clock", call: 4242 };
    const { divergences } = replayTape(tapeOf(begin, heard));
    expect(divergences).toMatchObject([{ root: "host.1", line: 3 }]);
  });
});
