/** The repository as the tidy test reads it: its own files only, whatever else lies in the folder. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
const tops = ["src", "apps", "test", "bench", "scripts", "docs", ".ci"];
const generated = /^(node_modules|dist|coverage|test-results)$/;

export type SourceFile = {
  /** relative to the repository, with `/` */
  readonly path: string;
  readonly text: string;
};

/** Every text file of the project. Cost: reads them all, about 2 MB. */
export function readTree(): readonly SourceFile[] {
  const top = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "package-lock.json")
    .map((entry) => entry.name);
  const paths = [...top, ...tops.flatMap(filesBelow)];
  return paths
    .filter((path) => /(\.(ts|tsx|mts|mjs|json|css|html|md|svg)|^\.ci\/run|LICENSE)$/.test(path))
    .map((path) => ({ path, text: readFileSync(`${root}${path}`, "utf8") }));
}

function filesBelow(folder: string): readonly string[] {
  try {
    return readdirSync(`${root}${folder}`, { withFileTypes: true }).flatMap((entry) => {
      if (generated.test(entry.name)) return [];
      const path = `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(path) : entry.isFile() ? [path] : [];
    });
  } catch (cause) {
    // a folder that has no file in it is not in a clone
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw cause;
  }
}

/** Module names that a source imports or re-exports, statically or not. */
export function importsOf(text: string): readonly string[] {
  const bare = withoutComments(text);
  const statements = /(?:^|[;\s}])(?:import|export)\s[^;"'`]*?from\s*["']([^"']+)["']/g;
  const effects = /(?:^|[;\s])import\s*["']([^"']+)["']/g;
  const calls = /\bimport\s*\(\s*["']([^"']+)["']/g;
  return [statements, effects, calls].flatMap((pattern) =>
    [...bare.matchAll(pattern)].map((match) => match[1]!),
  );
}

/** The same text with comments blanked, line numbers kept. Good enough for lint, not a parser. */
export function withoutComments(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, " "))
    .replace(/(^|[\s;{}(),])\/\/[^\n]*/g, "$1");
}
