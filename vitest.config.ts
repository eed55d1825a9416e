import { defineConfig } from "vitest/config";
import type { TestProjectConfiguration } from "vitest/config";

/** One suite per folder of test/, one after the other. Those that drive processes, sockets or a browser
 *  run one file at a time: they share the machine's cores with the host they listen to.
 *  @param order suites with the same number run side by side */
function suite(
  name: string,
  order: number,
  {
    seconds,
    sequential = false,
    isolate = true,
  }: { readonly seconds: number; readonly sequential?: boolean; readonly isolate?: boolean },
): Extract<TestProjectConfiguration, { test?: unknown }> {
  return {
    test: {
      name,
      include: [`test/${name}/**/*.test.{ts,tsx}`],
      environment: "node",
      testTimeout: seconds * 1000,
      hookTimeout: seconds * 1000,
      fileParallelism: !sequential,
      isolate,
      sequence: { groupOrder: order },
    },
  };
}

export default defineConfig({
  test: {
    passWithNoTests: true,
    projects: [
      suite("unit", 0, { seconds: 15 }),
      suite("model", 0, { seconds: 60, isolate: false }),
      suite("contract", 1, { seconds: 30 }),
      suite("simulation", 2, { seconds: 180 }),
      suite("host", 3, { seconds: 60, sequential: true }),
      suite("browser", 4, { seconds: 120, sequential: true }),
    ],
  },
});
