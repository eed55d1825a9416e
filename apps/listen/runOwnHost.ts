/** A host of the player's own: the host's command as a child process. */
import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createActor } from "xstate";
import { clock } from "./adapters/clock.ts";
import { hostProcessMachine } from "./hostProcess.machine.ts";

const command = fileURLToPath(new URL("../node-host/main.ts", import.meta.url));
const preload = new URL("./endWithParent.mjs", import.meta.url).href;

/** ms for an end in good order */
const endMs = 8000;

export type OwnHost = {
  /** resolves with its address; null when it cannot be run, it has said why */
  readonly url: Promise<string | null>;
  /** resolves, with the last exit status, when it has ended and is not started again */
  readonly over: Promise<number>;
  readonly end: () => void;
};

export type OwnHostOptions = {
  readonly folders: readonly string[];
  readonly data: string | null;
  /** lines about the host, and what it says itself */
  readonly tell: (line: string) => void;
};

/** Runs a host until `end`; where it dies, another one takes its place at the same port. */
export function runOwnHost({ folders, data, tell }: OwnHostOptions): OwnHost {
  let child: ChildProcess | undefined;
  let status = 1;
  let port = "0";
  let found = (_url: string | null): void => undefined;
  let ended = (_status: number): void => undefined;
  const url = new Promise<string | null>((resolve) => (found = resolve));
  const over = new Promise<number>((resolve) => (ended = resolve));

  const spawnHost = (): void => {
    child = spawn(
      process.execPath,
      [
        ...["--import", preload, "--import", "tsx", command, ...folders],
        ...["--port", port, ...(data === null ? [] : ["--data", data])],
      ],
      // a group of its own: Ctrl-C in the terminal is for the player, which ends the host in turn
      { stdio: ["ignore", "pipe", "pipe", "ipc"], detached: true },
    );
    createInterface({ input: child.stderr! }).on("line", tell);
    createInterface({ input: child.stdout! }).on("line", (line) => {
      const address = /^Segue listening on (https?:\S+)/.exec(line)?.[1];
      if (address === undefined) return tell(line);
      port = new URL(address).port || port;
      found(address);
      actor.send({ type: "host.listening" });
    });
    child.once("error", (cause) => tell(`The host could not be started: ${cause.message}`));
    // not `exit`: what it said last is to be told first
    child.once("close", (code) => {
      status = code ?? 1;
      actor.send({ type: "host.exited" });
    });
  };
  let hasDied = false;
  const actor = createActor(
    hostProcessMachine.provide({
      actions: {
        spawn: spawnHost,
        interrupt: () => {
          const ending = child;
          ending?.kill("SIGINT");
          setTimeout(() => ending?.kill("SIGKILL"), endMs).unref();
        },
        tellRunning: () => {
          if (hasDied) tell("The host is back.");
        },
        tellDeath: () => {
          hasDied = true;
          tell(`The host has ended (status ${status}); another one is started.`);
        },
        tellGivenUp: () => tell("The host ends again and again; it is given up."),
      },
    }),
    { id: "listen/hostProcess", clock },
  );
  actor.subscribe({
    complete: () => {
      found(null);
      ended(status);
    },
  });
  actor.start();
  return { url, over, end: () => actor.send({ type: "host.leave" }) };
}
