import { defineConfig } from "vitest/config";
import type { TestProjectConfiguration } from "vitest/config";

/** One suite per folder of test/. The suites that drive processes, sockets or a browser run one file at
 *  a time: they share the machine's cores with the host they measure. */
function suite(
  name: string,
  { seconds = 5, sequential = false } = {},
): Extract<TestProjectConfiguration, { test?: unknown }> {
  return {
    test: {
      name,
      include: [`test/${name}/**/*.test.{ts,tsx}`],
      environment: "node",
      testTimeout: seconds * 1000,
      hookTimeout: Math.max(10, seconds) * 1000,
      fileParallelism: !sequential,
    },
  };
}

export default defineConfig({
  test: {
    passWithNoTests: true,
    projects: [
      suite("unit", { seconds: 15 }),
      suite("contract", { seconds: 30 }),
      suite("simulation", { seconds: 180 }),
      suite("host", { seconds: 60, sequential: true }),
      suite("browser", { seconds: 120, sequential: true }),
    ],
  },
});
