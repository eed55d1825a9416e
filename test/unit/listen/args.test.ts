import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parseListenArguments } from "../../../apps/listen/args.ts";

const run = (...argv: string[]) => {
  const parsed = parseListenArguments(argv);
  if (parsed.type !== "run") throw new Error(JSON.stringify(parsed));
  return parsed.args;
};

describe("npm run listen", () => {
  it("plays the demo album, enhanced as the page does, when nothing is said", () => {
    expect(run()).toEqual({
      url: null,
      folders: [],
      data: null,
      sink: "default",
      track: null,
      from: 0,
      seconds: null,
      enhance: true,
      preset: "adaptive",
      intensity: 80,
      volume: 1,
      matchLoudness: true,
    });
  });

  it("takes folders, or the address of a host", () => {
    expect(run("a", "b").folders).toEqual([resolve("a"), resolve("b")]);
    expect(run("http://127.0.0.1:4780/").url).toBe("http://127.0.0.1:4780");
    expect(run("https://[::1]:4780").url).toBe("https://[::1]:4780");
  });

  it("takes every flag that the help explains", () => {
    const help = parseListenArguments(["--help"]);
    if (help.type !== "help") throw new Error("no help");
    const explained = [...help.text.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, name]) => name);
    const given = run(
      ...["--track", "Two", "--from", "1.5", "--seconds", "3", "--original", "--preset", "warm"],
      ...["--intensity", "42", "--volume", "50", "--no-match", "--sink", "none", "--data", "d"],
    );
    expect(explained).toHaveLength(11);
    expect(given).toMatchObject({ track: "Two", from: 1.5, seconds: 3, enhance: false });
    expect(given).toMatchObject({ preset: "warm", intensity: 40, volume: 0.5, sink: "none" });
    expect(given).toMatchObject({ matchLoudness: false, data: resolve("d") });
  });

  it.each([
    ["an unknown flag", ["--loud"], /Unknown option '--loud'/],
    ["a preset that is none", ["--preset", "loud"], /--preset wants one of adaptive/],
    ["too much", ["--intensity", "101"], /--intensity wants/],
    ["a volume that is none", ["--volume", "-1"], /Option '--volume'|--volume wants/],
    ["a time that is none", ["--from", "soon"], /--from wants/],
    ["seconds that are none", ["--seconds", "1e9"], /--seconds wants/],
    ["a sink that is none", ["--sink", "moon"], /--sink wants default or none/],
    ["two hosts", ["http://a", "http://b"], /one URL, or folders/],
    ["a host and a folder", ["http://a", "music"], /one URL, or folders/],
    ["an address of something else", ["ftp://a"], /is no address of a host/],
    ["an address inside a host", ["http://a/api/tracks"], /is no address of a host/],
    ["a data folder of somebody else's host", ["http://a", "--data", "d"], /--data is for/],
    ["an empty name", [""], /a folder's name is empty/],
  ])("refuses %s in one line", (_, argv, line) => {
    const parsed = parseListenArguments(argv);
    expect(parsed).toMatchObject({ type: "refused", line: expect.stringMatching(line) });
    expect((parsed as { line: string }).line).not.toContain("\n");
  });
});
