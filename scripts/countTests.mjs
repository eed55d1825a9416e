/** Prints `N passed, N failed` from the first of vitest's JSON reports that exists. */
import { existsSync, readFileSync } from "node:fs";

const report = process.argv.slice(2).find((path) => existsSync(path));
const counts = report
  ? JSON.parse(readFileSync(report, "utf8"))
  : { numPassedTests: 0, numFailedTests: 0 };
console.log(`${counts.numPassedTests} passed, ${counts.numFailedTests} failed`);
