/** A copy of the source tree in which one mutant stands in the text. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Mutant } from "./mutant.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const copied = [
  "src",
  "test/simulation",
  // what `#crc32` is under Node
  "apps/node-host/adapters/crc32.ts",
  "package.json",
  "tsconfig.json",
];

export type MutatedTree = {
  /** folder, with a slash at its end */
  readonly root: string;
  readonly remove: () => void;
};

/** @throws RangeError when the text that it replaces does not stand in its file exactly once */
export function mutatedTree({ name, planting }: Mutant): MutatedTree {
  if (planting.by !== "source") throw new RangeError(`${name} is not planted in the source`);
  const { file, find, replace } = planting;
  const text = readFileSync(join(root, file), "utf8");
  const times = text.split(find).length - 1;
  if (times !== 1)
    throw new RangeError(
      `${name}: ${file} holds ${times} times, not once: ${JSON.stringify(find)}`,
    );
  const folder = mkdtempSync(join(tmpdir(), "segue-mutant-"));
  for (const part of copied) cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "dir");
  writeFileSync(
    join(folder, file),
    text.replace(find, () => replace),
  );
  return {
    root: `${folder}/`,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
