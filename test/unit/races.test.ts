/** The catalogue of races against the tests: every row of docs/races.md is shown by a test that bears its
 *  id, and no test bears an id that the catalogue does not have. */
import { expect, it } from "vitest";
import { readTree } from "./sourceTree.ts";

const tree = readTree();
const id = /\b(?:SEEK|INTENT|OUT|LINK|CACHE)-\d+\b/g;

/** Ids at the head of the catalogue's rows. */
function catalogue(): readonly string[] {
  const page = tree.find(({ path }) => path === "docs/races.md")!.text;
  return [...page.matchAll(/^\| ((?:SEEK|INTENT|OUT|LINK|CACHE)-\d+) \|/gm)].map(([, row]) => row!);
}

/** What tests are called: the first words of `it`, `test`, `describe` and their tables. */
function titles(): readonly string[] {
  const title = /(?:\b(?:it|test|describe)|\]\))(?:\.\w+)?\(\s*(["'`])(.*?)\1/gs;
  return tree
    .filter(({ path }) => /^test\/.*\.test\.tsx?$/.test(path))
    .flatMap(({ text }) => [...text.matchAll(title)].map(([, , words]) => words!));
}

it("every row of the catalogue of races has a test that bears its id, and every such id is a row", () => {
  const rows = catalogue();
  expect(rows.length).toBeGreaterThan(50);
  expect(new Set(rows).size).toBe(rows.length);
  const named = new Set(titles().flatMap((title) => title.match(id) ?? []));
  expect(rows.filter((row) => !named.has(row))).toEqual([]);
  expect([...named].filter((name) => !rows.includes(name))).toEqual([]);
});
