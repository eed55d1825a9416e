import { describe, expect, it } from "vitest";
import { parseArguments } from "../../../apps/node-host/args.ts";

const run = (...argv: string[]) => {
  const parsed = parseArguments(argv);
  if (parsed.type !== "run") throw new Error(`refused: ${JSON.stringify(parsed)}`);
  return parsed.args;
};

describe("the command line of npm start", () => {
  it("stands for the demo album on this machine's port 4780 when nothing is said", () => {
    const args = run();
    expect(args.folders).toEqual([]);
    expect(args).toMatchObject({ port: 4780, host: "127.0.0.1" });
    expect(args.workers).toBeGreaterThanOrEqual(1);
    expect(args.data).toMatch(/^\/.*segue$/);
  });

  it("takes folders and flags in any order, and folders as absolute paths", () => {
    const args = run(
      "a b",
      "--port=0",
      "/c'd",
      "--host",
      "0.0.0.0",
      "--workers",
      "3",
      "--data",
      "x",
    );
    expect(args.folders).toEqual([`${process.cwd()}/a b`, "/c'd"]);
    expect(args).toMatchObject({ port: 0, host: "0.0.0.0", workers: 3 });
    expect(args.data).toBe(`${process.cwd()}/x`);
  });

  it("records nothing unless it is told where to", () => {
    expect(run().record).toBeNull();
    expect(run("--record", "a.tape").record).toBe(`${process.cwd()}/a.tape`);
  });

  it("logs what is out of the ordinary on stderr, unless it is told what and where else", () => {
    expect(run()).toMatchObject({ logLevel: "warn", logFile: null });
    expect(run("--log-level", "trace", "--log-file=a.log")).toMatchObject({
      logLevel: "trace",
      logFile: `${process.cwd()}/a.log`,
    });
  });

  it("masters to −14 LUFS and −1.5 dBTP unless it is told otherwise, below nought, too", () => {
    expect(run().goals).toEqual({ targetLoudness: -14, ceilingDb: -1.5 });
    for (const argv of [
      ["--target-lufs", "-18.5", "--ceiling", "-3"],
      ["--ceiling=-3", "--target-lufs=-18.5"],
    ])
      expect(run(...argv).goals).toEqual({ targetLoudness: -18.5, ceilingDb: -3 });
  });

  it.each([
    ["--target-lufs", "-31"],
    ["--target-lufs", "-7.9"],
    ["--target-lufs", "loud"],
    ["--target-lufs", "-14.25"],
    ["--ceiling", "0"],
    ["--ceiling", "-12.1"],
    ["--ceiling", ""],
    ["--ceiling", "NaN"],
  ])("refuses %s %s, and says what it wants", (flag, value) => {
    expect(parseArguments([flag, value])).toMatchObject({
      type: "refused",
      line: expect.stringMatching(new RegExp(`^${flag} wants a number from -\\d+ to -\\d+`)),
    });
  });

  it("serves plain http unless it is given a certificate and its key", () => {
    expect(run().tls).toBeNull();
    expect(run("--tls-cert", "a.pem", "--tls-key", "/b.pem").tls).toEqual({
      cert: `${process.cwd()}/a.pem`,
      key: "/b.pem",
    });
  });

  it("takes everything behind -- as folders", () => {
    expect(run("--port", "1", "--", "--odd").folders).toEqual([`${process.cwd()}/--odd`]);
  });

  it.each([
    [["--bogus"], /Unknown option '--bogus'/],
    [["-x"], /Unknown option '-x'/],
    [["--port"], /--port/],
    [["--port", "65536"], /--port wants/],
    [["--port", "-1"], /--port/],
    [["--port", "1e3"], /--port wants/],
    [["--workers", "0"], /--workers wants/],
    [["--workers", "65"], /--workers wants/],
    [["--workers", "NaN"], /--workers wants/],
    [["--host", "a b"], /--host wants/],
    [["--data", ""], /--data wants/],
    [["--record", ""], /--record wants/],
    [["--record"], /--record/],
    [["--log-level", "loud"], /--log-level wants one of error, warn, info, debug, trace/],
    [["--log-level", ""], /--log-level wants/],
    [["--log-file", ""], /--log-file wants/],
    [["--tls-cert", "a.pem"], /--tls-cert and --tls-key are wanted together/],
    [["--tls-key", "a.pem"], /--tls-cert and --tls-key are wanted together/],
    [["--tls-cert", "", "--tls-key", "a.pem"], /--tls-cert and --tls-key want a file each/],
    [[""], /folder's name is empty/],
  ])("refuses %j in one line", (argv, line) => {
    const parsed = parseArguments(argv);
    expect(parsed.type).toBe("refused");
    if (parsed.type !== "refused") return;
    expect(parsed.line).toMatch(line);
    expect(parsed.line).not.toContain("\n");
  });

  it("explains every flag it knows", () => {
    const parsed = parseArguments(["--help"]);
    expect(parsed.type).toBe("help");
    for (const flag of [
      "--port",
      "--host",
      "--data",
      "--workers",
      "--inspect",
      "--record",
      "--tls-cert",
      "--tls-key",
      "--help",
    ])
      expect(parsed.type === "help" && parsed.text).toContain(flag);
  });
});
