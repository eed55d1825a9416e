/** Sends a tape's lines to the host that recorded this page, in their order, one batch at a time. */
import type { TapeSink } from "#engine/actors/tape/rootTape.ts";
import { tapeLimits } from "#engine/protocol/tape.ts";

const everyMs = 1000;
const batchChars = tapeLimits.batchBytesMax / 3;
/** what may wait while the host is not there */
const waitingCharsMax = 2 * tapeLimits.lineCharsMax;

/** Ends for good when the host refuses (it records no more, or was started anew), or when more waits than
 *  may. A host that is not there is asked again. */
export function postTape(): TapeSink {
  let waiting: string[] = [];
  let waitingChars = 0;
  let underWay = false;
  let isOver = false;
  const end = (): void => {
    isOver = true;
    waiting = [];
    clearInterval(timer);
  };
  const post = async (): Promise<void> => {
    if (underWay || waiting.length === 0) return;
    underWay = true;
    let count = 1;
    for (let chars = waiting[0]!.length; count < waiting.length; count++) {
      chars += waiting[count]!.length;
      if (chars > batchChars) break;
    }
    const lines = waiting.slice(0, count);
    try {
      const answer = await fetch("/record", {
        method: "POST",
        headers: { "content-type": "application/x-ndjson" },
        body: lines.join("\n"),
      });
      if (!answer.ok) return end();
      waiting.splice(0, count);
      for (const line of lines) waitingChars -= line.length;
    } catch {
      // the host is away: what waits is sent when it is there again
    } finally {
      underWay = false;
    }
  };
  const timer = setInterval(() => void post(), everyMs);
  return (line) => {
    if (isOver) return false;
    waiting.push(line);
    waitingChars += line.length;
    if (waitingChars > waitingCharsMax) end();
    return !isOver;
  };
}
