/** A real host process for tests and benches: starts it, waits for its ready line, ends it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../apps/node-host/main.ts", import.meta.url));

export type RunningHost = {
  readonly url: string;
  readonly pid: number;
  /** lines on stdout and stderr until now */
  readonly printed: () => readonly string[];
  /** SIGINT, and the exit status */
  readonly stop: () => Promise<number | null>;
  /** SIGKILL */
  readonly kill: () => Promise<void>;
};

/** @param options `port` 0 takes a free one
 *  @throws Error with everything the host printed when it ends before it is ready */
export async function runHost(options: {
  readonly folders: readonly string[];
  readonly data: string;
  readonly port?: number;
  readonly flags?: readonly string[];
  /** a module that the process loads before everything else */
  readonly preload?: string;
}): Promise<RunningHost> {
  const { folders, data, port = 0, flags = [], preload } = options;
  const child = spawn(
    process.execPath,
    [
      ...(preload === undefined ? [] : ["--import", preload]),
      ...["--import", "tsx", main, ...folders],
      ...["--port", String(port), "--data", data, ...flags],
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  const exited = once(child, "exit") as Promise<[number | null]>;
  const printed: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => printed.push(text));
  const lines = createInterface({ input: child.stdout });
  const url = await new Promise<string>((ready, failed) => {
    lines.on("line", (line) => {
      printed.push(line);
      const found = /^Segue listening on (https?:\S+)/.exec(line);
      if (found) ready(found[1]!);
    });
    void exited.then(([status]) =>
      failed(new Error(`the host ended with ${status}:\n${printed.join("\n")}`)),
    );
  });
  return {
    url,
    pid: child.pid!,
    printed: () => printed.join("\n").split("\n"),
    stop: async () => {
      child.kill("SIGINT");
      return (await exited)[0];
    },
    kill: async () => {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
