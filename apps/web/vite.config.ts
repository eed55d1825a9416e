import { fileURLToPath } from "node:url";
import { defaultClientConditions, defineConfig } from "vite";

/** The page: one entry, workers and worklets as files of their own (the CSP allows no inlining).
 *  Always the production build, whatever NODE_ENV the host happens to run in (a test runner sets its
 *  own): what is tested is what is served. */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "/",
  define: { "process.env.NODE_ENV": JSON.stringify("production") },
  oxc: { jsx: { runtime: "automatic", development: false } },
  resolve: {
    // RxJS calls its build without ES5 ballast "es2015"; it has no other name for it.
    conditions: [
      "es2015",
      "production",
      ...defaultClientConditions.filter((condition) => !condition.includes("production")),
    ],
  },
  build: {
    outDir: fileURLToPath(new URL("../../dist/web", import.meta.url)),
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
  },
  worker: { format: "es" },
});
