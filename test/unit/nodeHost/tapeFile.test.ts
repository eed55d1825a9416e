import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tapeHeaderSchema } from "#engine/protocol/tape.ts";
import { openTapeFile } from "../../../apps/node-host/adapters/tapeFile.ts";

let place: string;
let path: string;
const told: string[] = [];
const tell = (line: string): void => void told.push(line);

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "segue-tapefile-"));
  path = join(place, "tape");
  told.length = 0;
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

const lines = (): string[] => readFileSync(path, "utf8").split("\n");

describe("the file of a tape", () => {
  it("begins with a header, and holds every line once it is closed", () => {
    const file = openTapeFile(path, tell);
    expect(tapeHeaderSchema.safeParse(JSON.parse(lines()[0]!)).success).toBe(true);
    expect(file.sink("one")).toBe(true);
    expect(file.sink("two")).toBe(true);
    file.close();
    expect(lines().slice(1)).toEqual(["one", "two", ""]);
    expect(file.sink("three"), "after the end").toBe(false);
    file.close();
    expect(told).toEqual([]);
  });

  it("stops before it is larger than it may be, between two lines, and says so once", () => {
    const file = openTapeFile(path, tell, 1_000_000);
    const line = "x".repeat(99_999);
    let taken = 0;
    for (let i = 0; i < 30; i++) if (file.sink(line)) taken++;
    expect(taken).toBeLessThan(12);
    file.close();
    const written = readFileSync(path, "utf8");
    expect(written.length).toBeLessThanOrEqual(1_000_000);
    expect(written.length).toBeGreaterThan(500_000);
    expect(
      written
        .split("\n")
        .slice(1, -1)
        .every((each) => each === line),
    ).toBe(true);
    expect(told).toEqual([expect.stringMatching(/larger than 1 MB.*Nothing more is recorded/)]);
  });

  it("leaves nothing behind in the process that it began in", () => {
    const before = process.listenerCount("exit");
    openTapeFile(path, tell).close();
    expect(process.listenerCount("exit")).toBe(before);
  });

  it("never replaces a file that is there", () => {
    openTapeFile(path, tell).close();
    const before = lines();
    expect(() => openTapeFile(path, tell)).toThrow(/EEXIST/);
    expect(lines()).toEqual(before);
  });
});
