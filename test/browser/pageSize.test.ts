/** How much script the player's page has of its own, as it is served. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, expect, it } from "vitest";
import { buildPage } from "../../apps/node-host/pageBuild.ts";

const bytesMax = 150_000;

let folder: string;
beforeAll(async () => {
  folder = await buildPage(() => undefined);
}, 120_000);

const read = (path: string): string => readFileSync(join(folder, path), "utf8");

/** Scripts that are there before the first word of the page: its entry, and all that is imported without being asked for. */
function ownScripts(): ReadonlyMap<string, string> {
  const scripts = new Map<string, string>();
  const take = (path: string): void => {
    if (scripts.has(path)) return;
    const text = read(path);
    scripts.set(path, text);
    for (const [, name] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g))
      take(join("assets", name!));
  };
  for (const [, path] of read("index.html").matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g))
    take(path!);
  return scripts;
}

it("is at most 150 kB, gzipped", () => {
  const scripts = ownScripts();
  expect(scripts.size).toBeGreaterThan(1);
  const bytes = [...scripts.values()].reduce((sum, text) => sum + gzipSync(text).byteLength, 0);
  expect(bytes).toBeLessThan(bytesMax);
  // it is the page that was weighed
  expect(bytes).toBeGreaterThan(50_000);
});

it("of /inspect has what draws its charts, which is asked for there", () => {
  const drawing = readdirSync(join(folder, "assets")).filter(
    (name) => name.endsWith(".js") && read(`assets/${name}`).includes("react-flow"),
  );
  expect(drawing.length).toBeGreaterThan(0);
});

it("has nothing in it of what only /inspect shows", () => {
  const scripts = ownScripts();
  expect([...scripts.keys()].filter((path) => /inspect/i.test(path))).toEqual([]);
  for (const text of scripts.values()) {
    expect(text).not.toContain("sequenceDiagram");
    expect(text).not.toContain("cannot be sent");
    expect(text).not.toContain("react-flow");
  }
});
