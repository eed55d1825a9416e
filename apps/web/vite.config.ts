import { fileURLToPath } from "node:url";
import { defaultClientConditions, defineConfig } from "vite";

/** The page: one entry, workers and worklets as files of their own (the CSP allows no inlining). */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "/",
  // RxJS calls its build without ES5 ballast so; it has no other name for it.
  resolve: { conditions: ["es2015", ...defaultClientConditions] },
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
