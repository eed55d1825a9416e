/** The house rules as a test: what an import may point at, what the engine may touch, how files are
 *  named and how long they get. */
import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path/posix";
import { describe, expect, it } from "vitest";
import { importsOf, readTree, root, withoutComments } from "./sourceTree.ts";

const tree = readTree();
const code = tree.filter(({ path }) => /\.(ts|tsx|mts|mjs)$/.test(path));
const engine = code.filter(({ path }) => path.startsWith("src/"));

/** Folder of `src/` → the folders it may import from, itself included. */
const directions: Readonly<Record<string, readonly string[]>> = {
  protocol: ["protocol"],
  audio: ["audio", "protocol"],
  ports: ["ports", "audio", "protocol"],
  streams: ["streams", "ports", "protocol"],
  machines: ["machines", "ports", "audio", "protocol"],
  actors: ["actors", "machines", "streams", "ports", "audio", "protocol"],
};

/** Packages that the engine may use, and in which folders. */
const packages: Readonly<Record<string, readonly string[]>> = {
  // in actors for what crosses a worker's boundary
  "zod/mini": ["protocol", "streams", "actors"],
  rxjs: ["streams", "actors"],
  xstate: ["machines", "actors"],
  "lru-cache": ["actors"],
  "@noble/hashes/": ["protocol", "audio", "actors"],
  // the engine's own function, or the platform's in its place
  "#crc32": ["protocol", "audio", "streams", "actors"],
};

/** Paths relative to the repository that relative and `#engine` imports of a file point at. */
function targetsOf(path: string, text: string): readonly string[] {
  return importsOf(text)
    .map((name) =>
      name.startsWith("#engine/")
        ? name.replace("#engine/", "src/")
        : name === "#crc32"
          ? "src/protocol/crc32.ts"
          : name.startsWith(".")
            ? normalize(join(dirname(path), name)).replace(/\?.*$/, "")
            : undefined,
    )
    .filter((target) => target !== undefined);
}

/** Lines that match, as `path:line: text`; an empty list is what every rule wants. */
function linesMatching(files: typeof tree, pattern: RegExp, strip = true): readonly string[] {
  return files.flatMap(({ path, text }) =>
    (strip ? withoutComments(text) : text)
      .split("\n")
      .flatMap((line, index) =>
        pattern.test(line) ? [`${path}:${index + 1}: ${line.trim().slice(0, 100)}`] : [],
      ),
  );
}

describe("imports", () => {
  it("the tree is read at all", () => {
    expect(engine.length).toBeGreaterThan(20);
    const quoted = (name: string): string => `"${name}"`;
    expect(
      importsOf(`import { a } from ${quoted("./a.ts")};\nexport * from ${quoted("./b.ts")};`),
    ).toEqual(["./a.ts", "./b.ts"]);
    expect(
      importsOf(`const c = await import(${quoted("./c.ts")}); import ${quoted("./d.css")};`),
    ).toEqual(["./d.css", "./c.ts"]);
  });

  it("inside src/ point only down: protocol ← audio ← ports ← machines ← actors, streams beside", () => {
    const wrong = engine.flatMap(({ path, text }) => {
      const allowed = directions[path.split("/")[1]!];
      if (!allowed) return [`${path}: a folder without a place in the order`];
      return targetsOf(path, text)
        .filter((target) => !allowed.some((folder) => target.startsWith(`src/${folder}/`)))
        .map((target) => `${path} → ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  it("inside src/ name only packages that know no platform, in the folders that need them", () => {
    const wrong = engine.flatMap(({ path, text }) =>
      importsOf(text)
        .filter((name) => !name.startsWith("."))
        .filter((name) => {
          const known = Object.keys(packages).find(
            (entry) => name === entry || (entry.endsWith("/") && name.startsWith(entry)),
          );
          return !known || !packages[known]!.includes(path.split("/")[1]!);
        })
        .map((name) => `${path} → ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it("never lead from one app to another, nor from the engine to an app", () => {
    const wrong = code.flatMap(({ path, text }) => {
      const own = path.startsWith("apps/") ? path.split("/").slice(0, 2).join("/") : undefined;
      if (!own && !path.startsWith("src/")) return [];
      return targetsOf(path, text)
        .filter((target) => target.startsWith("apps/") && !(own && target.startsWith(`${own}/`)))
        .map((target) => `${path} → ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  it("never lead from the product to its tests and benches", () => {
    const wrong = code
      .filter(({ path }) => /^(src|apps)\//.test(path))
      .flatMap(({ path, text }) =>
        targetsOf(path, text)
          .filter((target) => /^(test|bench)\//.test(target))
          .map((target) => `${path} → ${target}`),
      );
    expect(wrong).toEqual([]);
  });

  it("name the file with its extension, and the file exists", () => {
    const wrong = code.flatMap(({ path, text }) =>
      targetsOf(path, text)
        .filter((target) => !/\.[a-z]+$/.test(target) || !existsSync(`${root}${target}`))
        .map((target) => `${path} → ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it("of the engine from an app or a test go through #engine", () => {
    const wrong = code
      .filter(({ path }) => /^(apps|test|bench)\//.test(path))
      .flatMap(({ path, text }) =>
        importsOf(text)
          .filter((name) => /^(\.\.\/)+src\//.test(name))
          .map((name) => `${path} → ${name}`),
      );
    expect(wrong).toEqual([]);
  });
});

describe("the engine", () => {
  it("touches no clock, timer, randomness, socket, file, worker or DOM", () => {
    // lint knows scopes and forbids the same names as globals, `window` and `process` among them;
    // this catches what a lint comment could switch off
    const objects = "Date|performance|crypto|document|navigator|localStorage|indexedDB|console";
    const calls =
      "setTimeout|setInterval|setImmediate|clearTimeout|clearInterval|queueMicrotask|fetch";
    const classes = "Date|WebSocket|Worker|SharedWorker|XMLHttpRequest|MessageChannel|AudioContext";
    const members = "process\\.(?:env|argv|exit|on|nextTick|cwd|hrtime|memoryUsage)\\b";
    const pattern = new RegExp(
      `(?<![\\w.$#"'\`/-])(?:(?:${objects})\\s*\\.(?!\\.)|new\\s+(?:${classes})\\b|${members}|` +
        `(?:${calls})\\s*\\((?!.*\\)\\s*(?::|=>|\\{)))|\\bMath\\s*\\.\\s*random\\b`,
    );
    for (const seen of [
      "Date.now()",
      "new Date()",
      "  setTimeout(f, 1)",
      "Math.random()",
      "new Worker(u)",
    ])
      expect(seen).toMatch(pattern);
    for (const unseen of [
      "clock.setTimeout(f, 1)",
      "readonly now: () => number",
      "this.#process(left)",
      "window.gaps(key)",
    ])
      expect(unseen).not.toMatch(pattern);
    expect(linesMatching(engine, pattern)).toEqual([]);
  });

  it("passes no Promise across a port", () => {
    const ports = engine.filter(({ path }) => path.startsWith("src/ports/"));
    expect(linesMatching(ports, /\bPromise\b|\basync\b/)).toEqual([]);
  });

  it("exports no function without a docstring", () => {
    const wrong = engine.flatMap(({ path, text }) => {
      const lines = text.split("\n");
      return lines.flatMap((line, index) => {
        const name =
          /^export (?:async )?function\*? (\w+)/.exec(line)?.[1] ??
          /^export const (\w+)[^=]*= (?:async )?(?:\(|<\w)/.exec(line)?.[1];
        if (!name) return [];
        // a file whose header speaks of its main export needs no second one
        const file = /(\w+)\.ts$/.exec(path)![1]!.toLowerCase();
        const header = text.startsWith("/**") && name.toLowerCase().endsWith(file);
        const above = lines[index - 1] ?? "";
        const overload = above.startsWith(`export function ${name}(`);
        return header || overload || above.trimEnd().endsWith("*/")
          ? []
          : [`${path}:${index + 1}: ${name}`];
      });
    });
    expect(wrong).toEqual([]);
  });

  it("heads every machine with what it decides and its invariants", () => {
    const wrong = engine
      .filter(({ path }) => path.endsWith(".machine.ts"))
      .filter(({ text }) => {
        const header = /^\/\*\*[\s\S]*?\*\//.exec(text)?.[0] ?? "";
        return !/invariant/i.test(header);
      });
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it("erases to JavaScript: no enum, namespace or parameter property", () => {
    expect(
      linesMatching(
        code,
        /^\s*(export )?(const )?(enum|namespace) \w+ *\{|constructor\((private|public|readonly) /,
      ),
    ).toEqual([]);
  });
});

describe("files", () => {
  it("bear no name that says nothing", () => {
    const vague =
      /(^|[./-])(utils?|helpers?|managers?|services?|common|misc|enhanced|index)\.(ts|tsx|mjs)$/i;
    const composed = /(Utils?|Helpers?|Manager|Service)\.(ts|tsx|mjs)$/;
    const wrong = code.filter(({ path }) => vague.test(path) || composed.test(path));
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it("have at most 350 lines", () => {
    const long = code.map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }));
    expect(long.filter(({ lines }) => lines > 350)).toEqual([]);
  });

  it("hold no barrels: a file that only passes on what others export", () => {
    const wrong = code.filter(({ text }) => {
      const rest = withoutComments(text).replace(/export\s+(\*|type\s*\{|\{)[^;]*from[^;]*;/g, "");
      return rest.trim() === "" && /\bfrom\b/.test(text);
    });
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it("postpone nothing: no marks of unfinished work, no test left out or alone", () => {
    expect(linesMatching(tree, new RegExp(`\\b(${"TO"}DO|${"FIX"}ME)\\b`), false)).toEqual([]);
    const tests = code.filter(({ path }) => path.startsWith("test/"));
    const left = /\b(?:it|test|describe)\s*\.\s*(?:skip|only|todo|skipIf|runIf)\b/;
    expect(linesMatching(tests, left)).toEqual([]);
  });

  it("name no folder of the machine they were written on", () => {
    const places = ["work", "root", "home", "Users", "tmp"].join("|");
    const pattern = new RegExp(`(?<![\\w.~:/}-])/(?:${places})/[\\w.]`);
    expect(["", "work", "main"].join("/")).toMatch(pattern);
    expect(linesMatching(tree, pattern, false)).toEqual([]);
  });

  it("name races only by ids that docs/races.md explains", () => {
    const pattern = /\b(?:SEEK|INTENT|OUT|LINK|CACHE)-\d+\b/g;
    const rows = tree.find(({ path }) => path === "docs/races.md")!.text;
    const known = new Set([...rows.matchAll(/^\| ([A-Z]+-\d+) \|/gm)].map((match) => match[1]!));
    expect(known.size).toBeGreaterThan(50);
    const wrong = tree.flatMap(({ path, text }) =>
      (text.match(pattern) ?? []).filter((id) => !known.has(id)).map((id) => `${path}: ${id}`),
    );
    expect(wrong).toEqual([]);
  });

  it("wait for nothing by sleeping in tests", () => {
    const tests = code.filter(({ path }) => path.startsWith("test/"));
    expect(
      linesMatching(tests, /\bawait (?:sleep|delay)\b|["'](?:node:)?timers\/promises["']/),
    ).toEqual([]);
  });

  it("that are pages link only to what exists", () => {
    const wrong = tree
      .filter(({ path }) => path.endsWith(".md"))
      .flatMap(({ path, text }) =>
        [...text.replace(/```[\s\S]*?```/g, "").matchAll(/\]\(([^)\s]+)\)/g)]
          .map((match) => match[1]!)
          .filter((link) => !/^([a-z]+:|#)/.test(link))
          .filter((link) => !existsSync(`${root}${join(dirname(path), link.split("#")[0]!)}`))
          .map((link) => `${path} → ${link}`),
      );
    expect(wrong).toEqual([]);
  });
});
