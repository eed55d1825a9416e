/** Makes the demo album in a folder, once, in a child process: node-web-audio-api must not run in a
 *  worker thread, and a child can be ended at any moment. */
import * as z from "zod/mini";
import { type Fault, fault, faultSchema } from "#engine/protocol/faults.ts";
import type { WorkerReport } from "#engine/ports/workerSlot.ts";
import { processSpawner } from "../workers/spawnProcess.ts";
import { missingPieces } from "./albumManifest.ts";

export type DemoAlbumRequest = {
  /** made when it does not exist */
  readonly folder: string;
  /** share 0…1 of the whole album, and the title of the piece being made */
  readonly onProgress: (share: number, title: string) => void;
  /** a piece lies whole in the folder, and can be played while the others are made; its file name */
  readonly onPiece?: (file: string) => void;
  /** ends the child at once; the pieces that are whole stay */
  readonly signal?: AbortSignal;
};

const demoAlbumMessageSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("progress"), share: z.number(), title: z.string() }),
  z.strictObject({ type: z.literal("made"), file: z.string() }),
  z.strictObject({ type: z.literal("done") }),
  z.strictObject({ type: z.literal("failed"), fault: faultSchema }),
]);
export type DemoAlbumMessage = z.infer<typeof demoAlbumMessageSchema>;

/** The album could not be made; `fault` says why. */
export class DemoAlbumError extends Error {
  override readonly name = "DemoAlbumError";
  readonly fault: Fault;
  constructor(reason: Fault) {
    super(`The demo album could not be made: ${reason.detail}`);
    this.fault = reason;
  }
}

/** Resolves when every piece is there; at once when they are there already. The first piece is
 *  written first.
 *  Cost: about 20 s of one core at low priority, the first time; afterwards a few ms.
 *  @throws the signal's reason when aborted, else DemoAlbumError */
export async function ensureDemoAlbum(request: DemoAlbumRequest): Promise<void> {
  const { folder, onProgress, onPiece, signal } = request;
  signal?.throwIfAborted();
  if ((await missingPieces(folder)).length === 0) return;
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const spawn = processSpawner(new URL("./albumChild.ts", import.meta.url), [folder]);
    const child = spawn(hear);
    let outcome: Fault | "done" | undefined;
    const abort = () => child.terminate();
    signal?.addEventListener("abort", abort, { once: true });

    function hear(report: WorkerReport): void {
      if (report.type === "message") {
        const message = demoAlbumMessageSchema.parse(report.message);
        if (message.type === "progress") onProgress(message.share, message.title);
        else if (message.type === "made") onPiece?.(message.file);
        else outcome = message.type === "done" ? "done" : message.fault;
        return;
      }
      // Only an exit settles: whoever waits may remove the folder at once.
      signal?.removeEventListener("abort", abort);
      if (outcome === "done") resolve();
      else if (signal?.aborted) reject(signal.reason);
      else reject(new DemoAlbumError(outcome ?? fault("worker-lost", report.detail)));
    }
  });
}
