/** Mastering: the engine beside the reference and ffmpeg, and the workers that it runs in. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chains } from "./mastering/chains.ts";
import { fingerprints } from "./mastering/fingerprints.ts";
import { firstSlice, scaling } from "./mastering/workers.ts";

export const masteringParts = ["chains", "scaling", "first", "fingerprint"] as const;
export type MasteringPart = (typeof masteringParts)[number];

export async function run(
  print: (figure: Record<string, unknown>) => void,
  { parts = masteringParts }: { parts?: readonly MasteringPart[] } = {},
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "segue-bench-"));
  const measure: Readonly<Record<MasteringPart, () => Promise<void>>> = {
    chains: () => chains(folder, print),
    scaling: () => scaling(folder, print),
    first: () => firstSlice(folder, print),
    fingerprint: () => fingerprints(folder, print),
  };
  try {
    for (const part of parts) await measure[part]();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
