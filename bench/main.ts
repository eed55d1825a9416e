/** npm run bench -- [NAME]: figures as JSON lines, each beside its yardstick. */
import { execFileSync } from "node:child_process";
import { cpus } from "node:os";

const benches = {
  host: () => import("./host.ts"),
  playback: () => import("./playback.ts"),
} as const;

const names = Object.keys(benches) as (keyof typeof benches)[];
const [name, ...rest] = process.argv.slice(2);
if (name === "--help" || name === "-h") {
  console.log(`npm run bench -- [NAME]\n\nNAME: ${names.join(", ")}; without one, all of them.`);
  process.exit(0);
}
const chosen = name === undefined ? names : names.filter((each) => each === name);
if (chosen.length === 0 || rest.length > 0) {
  console.error(`bench: unknown: ${[name, ...rest].join(" ")}; there is: ${names.join(", ")}`);
  process.exit(2);
}

/** One figure as a JSON line. */
function print(figure: Record<string, unknown>): void {
  console.log(JSON.stringify(figure));
}

print({ machine: cpus()[0]?.model, cores: cpus().length, node: process.version, commit: commit() });
for (const each of chosen) {
  const { run } = await benches[each]();
  await run(print);
}

function commit(): string {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  } catch {
    return "unknown"; // not a checkout; the figures are good all the same
  }
}
