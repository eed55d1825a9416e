/** Prints `N passed, N failed`, the sum of those of vitest's JSON reports that exist. */
import { existsSync, readFileSync } from "node:fs";

const reports = process.argv
  .slice(2)
  .filter((path) => existsSync(path))
  .map((path) => JSON.parse(readFileSync(path, "utf8")));
const sum = (count) => reports.reduce((total, report) => total + report[count], 0);
console.log(`${sum("numPassedTests")} passed, ${sum("numFailedTests")} failed`);
