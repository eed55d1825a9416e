/** `npm run render`: one file through the host's own engine, segment after segment, into a WAV. */
import { open, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHost } from "#engine/actors/host.ts";
import { wavHeader } from "#engine/audio/wav.ts";
import { frames as asFrames, segmentCount } from "#engine/protocol/geometry.ts";
import type { MasteringGoals } from "#engine/audio/plan.ts";
import type { VariantName } from "#engine/protocol/variant.ts";
import { noMemoryGauge } from "#engine/ports/memoryGauge.ts";
import { clock } from "./adapters/clock.ts";
import { createDisk } from "./adapters/disk.ts";
import { checkRender, unwritable } from "./checkRender.ts";
import { Refusal } from "./http/answers.ts";
import { openReady, readSegment } from "./http/openReady.ts";
import { openEngines } from "./openEngines.ts";
import { parseRenderArguments } from "./renderArguments.ts";
import { albumOf, singleFile } from "./renderCatalogue.ts";
import { defaultHostConfig } from "./startHost.ts";

const parsed = parseRenderArguments(process.argv.slice(2));
if (parsed.type === "help") {
  console.log(parsed.text);
} else if (parsed.type === "refused") {
  console.error(parsed.line);
  process.exitCode = 2;
} else {
  const { input, output, variant, isAlbum, goals } = parsed;
  const refused = await checkRender(input, output);
  if (refused) {
    console.error(refused.line);
    process.exitCode = refused.status;
  } else {
    const data = await mkdtemp(join(tmpdir(), "segue-render-"));
    try {
      await render(input, output, variant, isAlbum, goals, data);
    } catch (cause) {
      console.error(
        cause instanceof Refusal ? unrendered(input, cause.message) : unwritable(output, cause),
      );
      process.exitCode = 1;
    } finally {
      await rm(data, { recursive: true, force: true });
    }
  }
}

/** The fault's sentence behind the name of the file. */
function unrendered(input: string, detail: string): string {
  const said = detail.replace(/^(The|This|A|An|By|No|Known|Fragmented|It) /, (word) =>
    word.toLowerCase(),
  );
  return `${input} cannot be rendered: ${said}${/[.!?]$/.test(said) ? "" : "."}`;
}

/** @param isAlbum with the plan of the album that the file belongs to, running on from the track before
 *  @throws Refusal with the fault of the file, or the system's error where the output fails */
async function render(
  input: string,
  output: string,
  variant: VariantName,
  isAlbum: boolean,
  goals: MasteringGoals,
  data: string,
): Promise<void> {
  const made = await (isAlbum && variant !== "original" ? albumOf : singleFile)(input, data);
  const { track, catalogue, others, note } = made;
  const engines = openEngines({ data, workers: 1 });
  const host = createHost(
    {
      clock,
      wallClock: clock,
      random: { uniform: Math.random },
      disk: createDisk(data),
      // it belongs to the host that may be running on the same folder
      diskIndex: null,
      memory: noMemoryGauge,
      catalogue,
      decode: (request, emit) =>
        engines.decode(request, (report) => {
          note(request.path, report);
          emit(report);
        }),
      engine: engines.engine,
    },
    { ...defaultHostConfig, epoch: "render", goals },
  );
  const { signal } = new AbortController();
  const part = `${output}.${process.pid}.part`;
  try {
    // before anything is decoded: an output that cannot be written is told of at once
    const file = await open(part, "w");
    try {
      const until = { enough: ({ exact }: { readonly exact: boolean }) => exact, waitMs: Infinity };
      // the one that precedes it comes last, and stays open while its end is read
      for (const other of others)
        (await openReady(host, { track: other, variant }, { ...until, signal })).release();
      const { rendition } = await openReady(host, { track, variant }, { ...until, signal });
      const { key, rate, channels, frames } = rendition;
      await file.writeFile(wavHeader({ rate, channels, frames }));
      const count = segmentCount(defaultHostConfig.geometry, rate, asFrames(frames));
      for (let segment = 0; segment < count; segment++)
        await file.writeFile((await readSegment(host, { key, segment }, signal)).samples);
    } finally {
      await file.close();
    }
    await rename(part, output);
  } finally {
    await rm(part, { force: true });
    await new Promise<void>((resolve) => host.stop(resolve));
    await engines.close();
    await made.close();
  }
}
