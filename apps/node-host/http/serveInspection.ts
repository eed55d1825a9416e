import type { InspectionBatch } from "#engine/protocol/inspection.ts";
import { NoteBatch } from "#engine/actors/noteBatch.ts";
import type { ActorWatch } from "../inspectActors.ts";
import { refusal } from "./answers.ts";
import type { Exchange } from "./router.ts";

/** ms between two batches; bytes that may wait for a slow reader; readers at a time */
const everyMs = 100;
const waitingMax = 1_000_000;
const readersMax = 8;

/** `GET /api/inspect/events`: what moves the host's actors, as server-sent events, until the reader leaves. To one
 *  who reads too slowly less is told, with a count of what was left out. Whoever comes when eight read already is
 *  refused. */
export function createServeInspection(actors: ActorWatch): (exchange: Exchange) => void {
  let readers = 0;
  return ({ request, response, signal }) => {
    if (readers >= readersMax) throw refusal("busy", "Enough people are watching already.");
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    if (request.method === "HEAD") return void response.end();
    readers++;
    const batch = new NoteBatch();
    const stop = actors.watch((note) => batch.add(note));
    const timer = setInterval(() => {
      if (response.writableLength > waitingMax) return;
      const taken = batch.take();
      if (!taken) return;
      const told: InspectionBatch = { side: "host", tab: "", ...taken };
      response.write(`data: ${JSON.stringify(told)}\n\n`);
    }, everyMs);
    signal.addEventListener("abort", () => {
      readers--;
      clearInterval(timer);
      stop();
    });
  };
}
