/** `npm run render`: files through the host's own engine, into WAV or FLAC. */
import { mkdtemp, rm } from "node:fs/promises";
import { constants, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { checkRender, unwritable } from "./checkRender.ts";
import { Refusal } from "./http/answers.ts";
import { openEngines, type Engines } from "./openEngines.ts";
import { renderFile } from "./render/renderFile.ts";
import type { MadeFingerprints } from "./render/renderTap.ts";
import { renderOrders } from "./render/renderOrders.ts";
import { tellProgress } from "./render/tellProgress.ts";
import { parseRenderArguments, type RenderRun } from "./renderArguments.ts";

const parsed = parseRenderArguments(process.argv.slice(2));
if (parsed.type === "help") {
  console.log(parsed.text);
} else if (parsed.type === "refused") {
  console.error(parsed.line);
  process.exitCode = 2;
} else await renderAll(parsed);

/** One after the other; what cannot be rendered is told of, and the rest goes on. Interrupted, it leaves nothing half
 *  done behind, and exits as a process does that the signal ended. */
async function renderAll(run: RenderRun): Promise<void> {
  const interrupted = new AbortController();
  const { signal } = interrupted;
  // a second one ends it at once
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(name, () => {
      process.exitCode = 128 + constants.signals[name];
      interrupted.abort();
    });
  const data = await mkdtemp(join(tmpdir(), "segue-render-"));
  const fingerprints: MadeFingerprints = new Map();
  let engines: Engines | undefined;
  try {
    const pairs = await renderOrders(run.input, run.output, run.format.container, data);
    if (pairs.length === 0) {
      console.error(`${run.input} holds no sound file outside ${run.output}.`);
      process.exitCode = 1;
    }
    for (const { input, output } of pairs) {
      if (signal.aborted) break;
      const refused = await checkRender(input, output);
      if (refused) {
        console.error(refused.line);
        process.exitCode = refused.status;
        continue;
      }
      engines ??= openEngines({ data, workers: run.workers });
      const order = { ...run, input, output };
      try {
        const advanced = tellProgress(basename(output), run.isProgressTold);
        const { report, flaw } = await renderFile(
          order,
          engines,
          data,
          fingerprints,
          advanced,
          signal,
        );
        if (flaw) console.error(`${input}: ${flaw.detail}`);
        if (report !== "") console.log(report);
      } catch (cause) {
        if (signal.aborted) break;
        const told =
          cause instanceof Refusal ? unrendered(input, cause.message) : unwritable(output, cause);
        console.error(told);
        process.exitCode = 1;
      }
    }
  } catch (cause) {
    console.error(unwritable(run.output, cause));
    process.exitCode = 1;
  } finally {
    await engines?.close();
    await rm(data, { recursive: true, force: true });
  }
}

/** The fault's sentence behind the name of the file. */
function unrendered(input: string, detail: string): string {
  const said = detail.replace(/^(The|This|A|An|By|No|Known|Fragmented|It) /, (word) =>
    word.toLowerCase(),
  );
  return `${input} cannot be rendered: ${said}${/[.!?]$/.test(said) ? "" : "."}`;
}
