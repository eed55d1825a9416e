/** Message watch: ports of a side that tell whoever watches what goes through them. While nobody does, it is one more
 *  call for each message. */
import type { Port } from "../ports/messagePort.ts";
import type { Connect } from "../ports/socket.ts";
import type { SpawnWorker } from "../ports/workerSlot.ts";
import type { InspectionPlace } from "../protocol/inspection.ts";
import { sliceHeaderBytes } from "../protocol/slice.ts";
import type { InspectionRelay } from "./inspectionRelay.ts";

type Watch = Pick<InspectionRelay, "isWatched" | "message">;
/** whose port it is, and who is at its other end */
type Ends = { readonly here: InspectionPlace; readonly there: InspectionPlace };

/** A port between page and page worker, both ways. */
export function watchedPort(port: Port, { here, there }: Ends, watch: Watch): Port {
  return {
    ...port,
    post: (message, transfer) => {
      watch.message(here, there, message);
      port.post(message, transfer);
    },
    listen: (emit) =>
      port.listen((message) => {
        watch.message(there, here, message);
        emit(message);
      }),
  };
}

/** The player's end of its sockets: control messages, of slices their bytes, opening and closing. */
export function watchedConnect(connect: Connect, { here, there }: Ends, watch: Watch): Connect {
  return (request, emit) => {
    const socket = connect(request, (report) => {
      if (watch.isWatched) {
        if (report.type === "text") watch.message(there, here, parsed(report.text));
        else if (report.type === "binary")
          watch.message(there, here, {
            type: "slice",
            bytes: report.bytes.byteLength - sliceHeaderBytes,
          });
        else watch.message(there, here, { ...report, type: `socket ${report.type}` });
      }
      emit(report);
    });
    return {
      ...socket,
      send: (data) => {
        if (watch.isWatched && typeof data === "string") watch.message(here, there, parsed(data));
        socket.send(data);
      },
    };
  };
}

/** The workers of a pool: orders, news, and that one is gone. */
export function watchedSpawn(spawn: SpawnWorker, { here, there }: Ends, watch: Watch): SpawnWorker {
  return (emit) => {
    const worker = spawn((report) => {
      if (report.type === "message") watch.message(there, here, report.message);
      else watch.message(there, here, { ...report, type: "worker exited" });
      emit(report);
    });
    return {
      ...worker,
      post: (message, transfer) => {
        watch.message(here, there, message);
        worker.post(message, transfer);
      },
    };
  };
}

/** Whoever receives it says what is wrong with it. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { type: "no JSON" };
  }
}
