/** A page worker whose session is recorded: what socket, page and mixer report, and digests of what it did
 *  about it. */
import { noMemoryGauge } from "../../ports/memoryGauge.ts";
import type { PageWorker, PageWorkerConfig, PageWorkerPorts } from "../pageWorkerApi.ts";
import {
  recordClock,
  recordConnect,
  recordPort,
  recordRandom,
  recordStart,
} from "./recordPorts.ts";
import type { RootTape } from "./rootTape.ts";

type CreatePageWorker = (ports: PageWorkerPorts, config: PageWorkerConfig) => PageWorker;

/** @param create the root to record @returns a root that is used in its stead */
export function recordPageWorker(create: CreatePageWorker, tape: RootTape): CreatePageWorker {
  return (ports, config) => {
    const worker = tape.begin(config, () =>
      create(
        {
          ...ports,
          clock: recordClock(tape, ports.clock),
          random: recordRandom(tape, ports.random),
          connect: recordConnect(tape, ports.connect),
          memory: recordStart(tape, "memory", "watch", ports.memory ?? noMemoryGauge),
          page: recordPort(tape, "page", ports.page),
          openMixer: (handed) => recordPort(tape, "feed", ports.openMixer(handed)),
        },
        config,
      ),
    );
    return { stop: () => tape.hear({ port: "page", ask: "stop" }, worker.stop) };
  };
}
