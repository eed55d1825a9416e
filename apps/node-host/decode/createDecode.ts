/** Decoding on the host: files go to warm decode workers, native formats to a child process that was
 *  spawned beforehand. Askers for the same file share one run. */
import path from "node:path";
import type { InspectionEvent } from "xstate";
import {
  createWorkerPool,
  defaultSlotConfig,
  type WorkerPool,
  type WorkerPoolFigures,
} from "#engine/actors/workerPool.ts";
import { pcmFileBytes } from "#engine/audio/pcmStore.ts";
import type { Clock } from "#engine/ports/clock.ts";
import type { Decode, DecodeReport, SpareSources } from "#engine/ports/decoder.ts";
import type { Cancel, Emit } from "#engine/ports/port.ts";
import type { SpawnWorker } from "#engine/ports/workerSlot.ts";
import { fault } from "#engine/protocol/faults.ts";
import { frames } from "#engine/protocol/geometry.ts";
import { nodeBlockFiles } from "../workers/nodeBlockFiles.ts";
import { processSpawner } from "../workers/spawnProcess.ts";
import { threadSpawner } from "../workers/spawnThread.ts";
import { decodeNewsSchema, type DecodeTask } from "./decodeTasks.ts";
import { createSourceStore, type SourceStoreFigures } from "./sourceStore.ts";

export type DecodeOptions = {
  readonly clock: Clock;
  /** folder of the PCM store; made when it is missing */
  readonly pcmFolder: string;
  /** budget of the store; a source that is larger cannot be played */
  readonly pcmBytes: number;
  /** of these, what is kept free for decoding ahead for nobody: one source at a time, which is no larger than that */
  readonly spareBytes?: number;
  /** days after which decoded audio that nobody plays is removed */
  readonly pcmDays?: number;
  /** files decoded at the same time */
  readonly threads?: number;
  readonly inspect?: ((event: InspectionEvent) => void) | undefined;
  /** wraps what spawns workers */
  readonly watched?: (spawn: SpawnWorker) => SpawnWorker;
};

export type Decoder = {
  readonly decode: Decode;
  readonly spareSources: SpareSources;
  /** threads and child process together */
  readonly figures: () => WorkerPoolFigures;
  /** how long a thread that decodes may be silent: lane `thread` */
  readonly timeouts$: WorkerPool["timeouts$"];
  /** what the store of decoded audio holds */
  readonly store: () => SourceStoreFigures;
  /** settles when the store has been brought within its bounds, as far as that was begun */
  readonly swept: () => Promise<unknown>;
  readonly close: (done: () => void) => void;
};

const entry = new URL("./decodeWorker.ts", import.meta.url);
/** A thread says how far it is several times a second; a file on a slow disk begins with a pause. */
const silenceMinMs = 5000;
/** A whole file of AAC is decoded in one silent piece: how long that takes says nothing of the next, so
 *  this one stays as it is. */
const nativeSilenceMs = 120_000;
const waitingMax = 64;

export function createDecode({
  clock,
  pcmFolder,
  pcmBytes,
  spareBytes = 0,
  pcmDays = 7,
  threads = 2,
  inspect,
  watched = (spawn) => spawn,
}: DecodeOptions): Decoder {
  const pool = createWorkerPool(
    {
      clock,
      spawn: watched(threadSpawner(entry, "decode")),
      name: "host/decoders",
      sharesMemory: false,
      silenceMinMs,
      ...(inspect && { inspect }),
    },
    {
      lanes: Array.from({ length: threads }, () => "thread"),
      config: defaultSlotConfig,
      waitingMax,
    },
  );
  const nativePool = createWorkerPool(
    {
      clock,
      spawn: watched(processSpawner(entry)),
      name: "host/nativeDecoders",
      sharesMemory: false,
      ...(inspect && { inspect }),
    },
    {
      lanes: ["process"],
      config: { ...defaultSlotConfig, silenceMs: nativeSilenceMs },
      waitingMax,
    },
  );
  const folder = path.resolve(pcmFolder);
  const runs = new Map<string, Run>();
  /** PCM that was decoded for nobody, whole or in part */
  const spare = new Set<string>();
  const writing = () => {
    const bytes = new Map<string, number>();
    for (const { probed } of runs.values())
      if (probed !== null && !probed.exact && !spare.has(probed.info.pcmPath))
        bytes.set(probed.info.pcmPath, pcmFileBytes(probed.info, probed.info.framesHint ?? 0));
    return bytes;
  };
  const store = createSourceStore({
    clock,
    folder,
    budget: pcmBytes,
    spareBytes,
    days: pcmDays,
    writing,
    spare,
  });
  /** Somebody listens to what a run decodes, or has decoded. */
  const keep: SpareSources["keep"] = (filePath, pcmPath) => {
    const run = runs.get(filePath);
    if (run) run.isSpare = false;
    const known = pcmPath ?? run?.probed?.info.pcmPath;
    if (known !== undefined && spare.delete(known)) store.sweep();
  };
  const isTooLarge = ({ isSpare, probed }: Run, decoded: number): boolean =>
    isSpare && probed?.exact === false && pcmFileBytes(probed.info, decoded) > spareBytes;

  const start = (filePath: string, isSpare: boolean): Run => {
    const run: Run = { listeners: new Set(), probed: null, decoded: 0, isSpare, cancel: () => {} };
    let over = false;
    const end = (): void => {
      over = true;
      if (runs.get(filePath) === run) runs.delete(filePath);
    };
    /** Gives up what takes more room than there is for what nobody listens to. */
    const giveUp = (): void => {
      end();
      run.cancel();
      spare.delete(run.probed!.info.pcmPath);
      const why = fault("track-too-long", "The track is too long to be analysed ahead.");
      for (const emit of run.listeners) emit({ type: "failed", fault: why });
    };
    const tell = (report: DecodeReport): void => {
      if (over) return;
      // After the loss of a worker the file is decoded from its beginning again: what has been
      // told already is not told twice.
      if (report.type === "probed") {
        if (run.probed !== null) return;
        run.probed = report;
        run.decoded = report.decoded;
        const { pcmPath, framesHint } = report.info;
        if (isTooLarge(run, framesHint ?? 0)) return giveUp();
        if (!run.isSpare) spare.delete(pcmPath);
        else if (!report.exact) spare.add(pcmPath);
        if (!report.exact) store.sweep();
      } else if (report.type === "progress") {
        if (report.decoded <= run.decoded) return;
        run.decoded = report.decoded;
        if (isTooLarge(run, report.decoded)) return giveUp();
      } else {
        end();
        if (report.type === "failed" && run.probed) spare.delete(run.probed.info.pcmPath);
        store.sweep();
      }
      for (const emit of run.listeners) emit(report);
    };
    const order = (native: boolean): Cancel => {
      let movedOn = false;
      return (native ? nativePool : pool).run({
        lane: native ? "process" : "thread",
        task: {
          path: filePath,
          pcmFolder: folder,
          pcmBytesMax: pcmBytes,
          ...(isSpare && { isSpare }),
        } satisfies DecodeTask,
        report: (message) => {
          const news = decodeNewsSchema.safeParse(message).data;
          if (news === undefined) return false;
          if (news.type === "damaged") store.noteDamage();
          else if (news.type !== "elsewhere") tell(news);
          else if (native) return false;
          else {
            movedOn = true;
            run.cancel = order(true);
          }
          return true;
        },
        ended: () => {
          const why = fault("worker-lost", "The decoder ended without a word.");
          if (!movedOn) tell({ type: "failed", fault: why });
        },
        lost: (why) => tell({ type: "failed", fault: why }),
      });
    };
    run.cancel = order(false);
    return run;
  };

  const decode: Decode = (request, emit) => {
    let listening = true;
    const running = runs.get(request.path);
    const run = running ?? start(request.path, request.isSpare === true);
    runs.set(request.path, run);
    if (!request.isSpare) keep(request.path, null);
    // A latecomer is first told what the others know, after this call has returned.
    let briefed = running === undefined;
    const hear: Emit<DecodeReport> = (report) => {
      if (!listening) return;
      if (!briefed && run.probed !== null && report.type !== "probed")
        emit({ ...run.probed, decoded: frames(run.decoded) });
      briefed = true;
      emit(report);
    };
    run.listeners.add(hear);
    if (!briefed && run.probed !== null)
      clock.setTimeout(() => {
        if (!briefed) hear({ type: "progress", decoded: frames(run.decoded) });
      }, 0);
    return () => {
      listening = false;
      run.listeners.delete(hear);
      if (run.listeners.size > 0 || runs.get(request.path) !== run) return;
      runs.delete(request.path);
      run.cancel();
      // its worker removes what there is of it
      if (run.probed) spare.delete(run.probed.info.pcmPath);
    };
  };

  return {
    decode,
    spareSources: {
      keep,
      discard: (pcmPath) => {
        // at once: who opens the file from now on finds that it is gone; what cannot be removed is swept some day
        if (spare.delete(pcmPath)) nodeBlockFiles.remove(pcmPath);
      },
    },
    figures: () => {
      const [inThreads, inProcess] = [pool.figures(), nativePool.figures()];
      return {
        waiting: inThreads.waiting + inProcess.waiting,
        busy: inThreads.busy + inProcess.busy,
        idle: inThreads.idle + inProcess.idle,
        lostWorkers: inThreads.lostWorkers + inProcess.lostWorkers,
      };
    },
    timeouts$: pool.timeouts$,
    store: store.figures,
    swept: store.swept,
    close: (done) => {
      store.close();
      runs.clear();
      pool.close(() => nativePool.close(done));
    },
  };
}

type Run = {
  readonly listeners: Set<Emit<DecodeReport>>;
  probed: Extract<DecodeReport, { readonly type: "probed" }> | null;
  decoded: number;
  /** nobody who wants it listens to it */
  isSpare: boolean;
  cancel: Cancel;
};
