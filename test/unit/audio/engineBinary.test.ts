import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compileEngine } from "../../../scripts/compileEngine.ts";

test("the engine that is used is the one that its sources make", { timeout: 120_000 }, async () => {
  const used = readFileSync(new URL("../../../src/audio/engineBinary.ts", import.meta.url), "utf8");
  // otherwise: npm run build:engine, and raise engineVersion.ts where an output sample can differ
  expect((await compileEngine()) === used).toBe(true);
});
