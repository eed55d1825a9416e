/** `npm run render`: one file through the host's own engine, segment after segment, into a WAV. */
import { open, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, extname, join } from "node:path";
import { createHost } from "#engine/actors/host.ts";
import { wavHeader } from "#engine/audio/wav.ts";
import type { Catalogue, TrackSource } from "#engine/ports/catalogue.ts";
import { frames as asFrames, segmentCount } from "#engine/protocol/geometry.ts";
import type { VariantName } from "#engine/protocol/variant.ts";
import { noMemoryGauge } from "#engine/ports/memoryGauge.ts";
import { clock } from "./adapters/clock.ts";
import { createDisk } from "./adapters/disk.ts";
import { checkRender, unwritable } from "./checkRender.ts";
import { faultOfErrno } from "./faultOfErrno.ts";
import { Refusal } from "./http/answers.ts";
import { openReady, readSegment } from "./http/openReady.ts";
import { readTags } from "./library/readTags.ts";
import { signatureOf } from "./library/walkFolder.ts";
import { openEngines } from "./openEngines.ts";
import { parseRenderArguments } from "./renderArguments.ts";
import { defaultHostConfig } from "./startHost.ts";

const track = "render";

const parsed = parseRenderArguments(process.argv.slice(2));
if (parsed.type === "help") {
  console.log(parsed.text);
} else if (parsed.type === "refused") {
  console.error(parsed.line);
  process.exitCode = 2;
} else {
  const { input, output, variant } = parsed;
  const refused = await checkRender(input, output);
  if (refused) {
    console.error(refused.line);
    process.exitCode = refused.status;
  } else {
    const data = await mkdtemp(join(tmpdir(), "segue-render-"));
    try {
      await render(input, output, variant, data);
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
  const said = detail.replace(/^(The|This|A|An|No|Known|Fragmented|It) /, (word) =>
    word.toLowerCase(),
  );
  return `${input} cannot be rendered: ${said}${/[.!?]$/.test(said) ? "" : "."}`;
}

/** @throws Refusal with the fault of the file, or the system's error where the output fails */
async function render(
  input: string,
  output: string,
  variant: VariantName,
  data: string,
): Promise<void> {
  const source = await sourceOf(input);
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
      catalogue: singleFile(source),
      decode: engines.decode,
      engine: engines.engine,
    },
    { ...defaultHostConfig, epoch: track },
  );
  const { signal } = new AbortController();
  const part = `${output}.${process.pid}.part`;
  try {
    // before anything is decoded: an output that cannot be written is told of at once
    const file = await open(part, "w");
    try {
      const { rendition } = await openReady(
        host,
        { track, variant },
        {
          enough: ({ exact }) => exact,
          waitMs: Infinity,
          signal,
        },
      );
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
  }
}

async function sourceOf(path: string): Promise<TrackSource> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new Refusal(faultOfErrno(cause, path));
  });
  const signature = signatureOf(found);
  const extension = extname(path).slice(1).toLowerCase();
  const { format, frames, sampleRate } = await readTags({
    id: track,
    path,
    folder: "",
    name: basename(path),
    extension,
    signature,
    bytes: found.size,
    picture: null,
  });
  return {
    id: track,
    path,
    signature,
    format,
    framesHint: frames || null,
    rateHint: sampleRate || null,
  };
}

/** A catalogue of one file that nobody changes while it is rendered. */
function singleFile(source: TrackSource): Catalogue {
  return {
    find: () => source,
    check: (_, emit) => {
      let live = true;
      queueMicrotask(() => live && emit({ type: "found", source }));
      return () => {
        live = false;
      };
    },
    follow: () => () => undefined,
    watch: () => () => undefined,
  };
}
