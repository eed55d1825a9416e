/** A worker for the contract of worker slots: says what it is told, dies when it is told to. */
import { parentPort } from "node:worker_threads";

const post = (message: unknown) =>
  parentPort === null ? process.send!(message as object) : parentPort.postMessage(message);

const take = (message: unknown): void => {
  if (message === "throw") throw new Error("as it was told");
  if (message === "leave") process.exit(3);
  // Busy for ever: only its end can end it.
  if (message === "hang") for (;;);
  post({ echo: message });
};
if (parentPort === null) process.on("message", take);
else parentPort.on("message", take);
