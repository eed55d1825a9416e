/** Decoding for tests: a real decoder on a folder of its own, and what came out of it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isFault } from "#engine/audio/blockFile.ts";
import { createPcmReader } from "#engine/audio/pcmStore.ts";
import type { DecodeReport, SourceInfo } from "#engine/ports/decoder.ts";
import type { Fault } from "#engine/protocol/faults.ts";
import { clock } from "../../apps/node-host/adapters/clock.ts";
import {
  createDecode,
  type Decoder,
  type DecodeOptions,
} from "../../apps/node-host/decode/createDecode.ts";
import { nodeBlockFiles } from "../../apps/node-host/workers/nodeBlockFiles.ts";

export type DecodeBench = {
  readonly decoder: Decoder;
  /** empty at first, removed at the end */
  readonly folder: string;
  readonly pcmFolder: string;
  readonly close: () => Promise<void>;
};

export function decodeBench(options: Partial<DecodeOptions> = {}): DecodeBench {
  const folder = mkdtempSync(join(tmpdir(), "segue-decode-"));
  const pcmFolder = join(folder, "pcm");
  const decoder = createDecode({ clock, pcmFolder, pcmBytes: 1e9, ...options });
  return {
    decoder,
    folder,
    pcmFolder,
    close: async () => {
      await new Promise<void>((resolve) => decoder.close(resolve));
      await decoder.swept();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type Decoded = {
  readonly reports: readonly DecodeReport[];
  readonly info: SourceInfo;
  readonly total: number;
  /** one array per stored channel */
  readonly planar: readonly Float32Array[];
};

/** Decodes a file to its end. @throws Error with the fault's code when it fails */
export async function decodeAll(decoder: Decoder, path: string): Promise<Decoded> {
  const reports = await reportsOf(decoder, path);
  const last = reports.at(-1)!;
  if (last.type === "failed") throw new Error(`${last.fault.code}: ${last.fault.detail}`);
  const probed = reports.find((report) => report.type === "probed");
  if (probed === undefined || last.type !== "done") throw new Error("it ended without a word");
  const { info } = probed;
  return { reports, info, total: last.total, planar: readStore(info, last.total) };
}

/** Decodes a file that cannot be decoded. @throws Error when it can */
export async function faultOf(decoder: Decoder, path: string): Promise<Fault> {
  const last = (await reportsOf(decoder, path)).at(-1)!;
  if (last.type !== "failed") throw new Error(`${path} was decoded`);
  return last.fault;
}

function reportsOf(decoder: Decoder, path: string): Promise<DecodeReport[]> {
  const reports: DecodeReport[] = [];
  return new Promise((resolve) => {
    decoder.decode({ path, format: path.split(".").at(-1)! }, (report) => {
      reports.push(report);
      if (report.type === "done" || report.type === "failed") resolve(reports);
    });
  });
}

/** What the store holds of a source. */
export function readStore(info: SourceInfo, until: number): readonly Float32Array[] {
  const file = nodeBlockFiles.open(info.pcmPath);
  if (isFault(file)) throw new Error(file.detail);
  const planar = createPcmReader(file, info, until).read(0, until);
  file.close();
  if (isFault(planar)) throw new Error(planar.detail);
  return planar;
}
