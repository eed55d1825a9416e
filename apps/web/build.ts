import { fileURLToPath } from "node:url";
import { build, createLogger } from "vite";

/** Builds the page into `outDir` (emptied first). About a second.
 *  @param onProgress hears one short line per step
 *  @throws when the sources do not compile (a bug) or `outDir` cannot be written */
export async function buildPage(options: {
  readonly outDir: string;
  readonly onProgress?: (line: string) => void;
}): Promise<void> {
  const tell = options.onProgress ?? (() => undefined);
  const logger = createLogger("warn", { allowClearScreen: false });
  logger.warn = tell;
  tell("building the page");
  await build({
    configFile: fileURLToPath(new URL("./vite.config.ts", import.meta.url)),
    // A lower level than this and the bundler writes its own progress past the logger.
    logLevel: "warn",
    build: { outDir: options.outDir },
    customLogger: logger,
  });
  tell("the page is built");
}
