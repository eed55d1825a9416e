import { rootKind, tapeLimits, tapeLineSchema } from "#engine/protocol/tape.ts";
import type { TapeFile } from "../adapters/tapeFile.ts";
import { refusal } from "./answers.ts";
import { ownOrigin } from "./ownOrigin.ts";
import { readBody } from "./readBody.ts";
import type { Exchange } from "./router.ts";

/** `POST /record`: lines that this host's own pages have recorded, in the order in which they happened.
 *  There is no such address unless the host records. A page whose beginning is not in this file is refused
 *  (the host was started anew under it), and stops. */
export function createTakeTape(file: TapeFile): (exchange: Exchange) => Promise<void> {
  const begun = new Set<string>();
  return async ({ request, response }) => {
    if (ownOrigin(request) !== "own")
      throw refusal("request-invalid", "Only this host's own page may record.");
    const lines = (await readBody(request, tapeLimits.batchBytesMax))
      .split("\n")
      .filter((line) => line !== "");
    const roots = lines.map((line) => rootOf(line, begun));
    for (const { root, begins } of roots) {
      if (!begins && !begun.has(root))
        throw refusal("request-invalid", "The beginning of this page is not in the recording.");
      begun.add(root);
    }
    for (const line of lines)
      if (!file.sink(line)) throw refusal("disk-full", "The recording is full.");
    response.writeHead(204, { "cache-control": "no-store" });
    response.end();
  };
}

function rootOf(
  text: string,
  begun: ReadonlySet<string>,
): { readonly root: string; readonly begins: boolean } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refusal("request-invalid", "A line is no JSON.");
  }
  const line = tapeLineSchema.safeParse(value);
  if (!line.success || rootKind(line.data.root) === "host")
    throw refusal("request-invalid", "A line is no page's line of a tape.");
  const { root } = line.data;
  const begins = "begin" in line.data;
  if (begins && begun.has(root)) throw refusal("request-invalid", "The page has begun before.");
  return { root, begins };
}
