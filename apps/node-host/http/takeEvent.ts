import { inspectionAskSchema } from "#engine/protocol/inspection.ts";
import type { ActorWatch } from "../inspectActors.ts";
import { answerJson, refusal } from "./answers.ts";
import { ownOrigin } from "./ownOrigin.ts";
import { readBody } from "./readBody.ts";
import type { Exchange } from "./router.ts";

const bytesMax = 4096;

/** `POST /api/inspect/send`: an actor of the host hears what somebody at this host's own `/inspect` sends it. There is
 *  no such address unless the host was started with `--inspect`. Answers `{refused}`: why not, or null. */
export function createTakeEvent(
  actors: Pick<ActorWatch, "send">,
): (exchange: Exchange) => Promise<void> {
  return async ({ request, response }) => {
    if (ownOrigin(request) !== "own")
      throw refusal("request-invalid", "Only this host's own page may send its actors anything.");
    const text = await readBody(request, bytesMax);
    const asked = inspectionAskSchema.safeParse(jsonOf(text));
    if (!asked.success) throw refusal("request-invalid", "That is no event for an actor.");
    answerJson(response, { refused: actors.send(asked.data) });
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // as little an event as any other text
  }
}
