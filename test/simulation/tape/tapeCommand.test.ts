import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Recording } from "../../../apps/web/inspect/recording.ts";
import { generateScenario } from "../generateScenario.ts";
import { recordSimulation } from "./recordSimulation.ts";
import { tapeCommand } from "./tapeCommand.ts";

const script = fileURLToPath(new URL("../sim.ts", import.meta.url));
let place: string;
let file: string;

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "segue-tape-"));
  file = join(place, "session.tape");
});
afterAll(() => rm(place, { recursive: true, force: true }));

describe("--replay of a recorded session", () => {
  it("ends with 0 when everything is as it was, with 1 when it is not; its last line is JSON", async () => {
    const { tape } = recordSimulation(generateScenario(2));
    await writeFile(file, tape);
    const said: string[] = [];
    const say = (line: string): void => void said.push(line);
    const inspected = join(place, "session.inspect.json");
    expect(tapeCommand(file, { log: false, inspected }, say)).toBe(0);
    expect(JSON.parse(said.at(-1)!)).toMatchObject({ violations: [], divergences: [] });

    // and what /inspect shows of it has every root of both sides
    const recording = Recording.read("session", await readFile(inspected, "utf8"))!;
    const { actors, messages } = recording.at((recording.from + recording.until) / 2);
    expect(actors.map(({ side, machine }) => `${side} ${machine}`)).toEqual(
      expect.arrayContaining(["host host", "page player", "worker link"]),
    );

    // with what went between them
    expect([...new Set(messages.map(({ from, to }) => `${from}>${to}`))].sort()).toEqual(
      ["decoders>host", "host>decoders", "host>renderers", "host>worker"].concat(
        ...[["page>worker", "renderers>host", "worker>host", "worker>page"]],
      ),
    );
    const names = messages.map(({ name }) => name);
    for (const name of ["hello", "demand", "slice", "page/intend", "render", "render done"])
      expect(names).toContain(name);

    await writeFile(file, tape.replace(/clock#(\d+)\.set 17000/, "clock#$1.set 1700"));
    said.length = 0;
    expect(tapeCommand(file, { log: true, inspected: null }, say)).toBe(1);
    expect(JSON.parse(said.at(-1)!)).toMatchObject({ divergences: [{ root: "host.1" }] });
    const words = /it did clock#\d+\.set 17000; on the tape it is clock#\d+\.set 1700/;
    expect(said.some((line) => words.test(line))).toBe(true);
    // the log breaks off where the host left the tape, the others go on to the end
    expect(said.some((line) => line.includes(`"ask":"leave"`))).toBe(true);
    expect(said.filter((line) => line.includes(" host.1 ")).length).toBeLessThan(10);
  });

  it("ends with 2 and one sentence for what is no tape", async () => {
    await writeFile(file, "RIFF");
    const status = new Promise<[number | null, string, string]>((resolve) => {
      const argv = ["--import", "tsx", script, "--replay", file];
      const child = execFile(process.execPath, argv, (_, stdout, stderr) =>
        resolve([child.exitCode, stdout, stderr]),
      );
    });
    expect(await status).toEqual([2, "", expect.stringMatching(/^This file is no tape/)]);
  });
});
