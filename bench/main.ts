/** npm run bench -- [NAME]: figures as JSON lines, each beside its yardstick. */
import { execFileSync } from "node:child_process";
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { hostParts } from "./host.ts";
import { inspectionParts } from "./inspection.ts";
import { masteringParts } from "./mastering.ts";
import { playbackParts } from "./playback.ts";

const benches = {
  host: () => import("./host.ts"),
  inspection: () => import("./inspection.ts"),
  mastering: () => import("./mastering.ts"),
  playback: () => import("./playback.ts"),
} as const;

const partsOf = {
  host: hostParts,
  inspection: inspectionParts,
  mastering: masteringParts,
  playback: playbackParts,
} as const;
const names = Object.keys(benches) as (keyof typeof benches)[];
const help = `npm run bench -- [NAME] [flags]

NAME: ${names.join(", ")}; without one, all of them.

  --part P    only this; may be given several times
              of host: ${hostParts.join(", ")}
              of inspection: ${inspectionParts.join(", ")}
              of mastering: ${masteringParts.join(", ")}
              of playback: ${playbackParts.join(", ")}
  --hours N   of play at 50 times the speed over which the host's memory is watched (1)
  --minutes N of random intentions on each link, of a hidden tab, of play whose memory or whose actors are watched (1)
  --help      this page`;

const { positionals, values } = readArguments();
if (values.help) {
  console.log(help);
  process.exit(0);
}
const [name, ...rest] = positionals;
const chosen = name === undefined ? names : names.filter((each) => each === name);
if (chosen.length === 0 || rest.length > 0)
  refuse(`unknown: ${[name, ...rest].join(" ")}; there is: ${names.join(", ")}`);
const known: readonly string[] = chosen.flatMap((each) => partsOf[each]);
for (const part of values.part ?? [])
  if (!known.includes(part)) refuse(`--part wants one of ${known.join(", ")}`);
const hours = Number(values.hours);
if (!(hours > 0)) refuse("--hours wants a number above 0");
const minutes = Number(values.minutes);
if (!(minutes > 0)) refuse("--minutes wants a number above 0");

print({
  machine: cpus()[0]?.model,
  cores: cpus().length,
  node: process.version,
  commit: commit(),
  load: loadavg().map((load) => Math.round(load * 10) / 10),
});
for (const each of chosen) {
  if (each === "host")
    await (await benches.host()).run(print, { parts: chosenOf(hostParts), hours });
  else if (each === "inspection")
    await (await benches.inspection()).run(print, { parts: chosenOf(inspectionParts), minutes });
  else if (each === "mastering")
    await (await benches.mastering()).run(print, { parts: chosenOf(masteringParts) });
  else await (await benches.playback()).run(print, { parts: chosenOf(playbackParts), minutes });
}
// what a load of others does to figures is seen from both ends
print({ load: loadavg().map((load) => Math.round(load * 10) / 10) });

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        part: { type: "string", multiple: true },
        hours: { type: "string", default: "1" },
        minutes: { type: "string", default: "1" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (cause) {
    // node:util explains in its first sentence what was typed wrong
    return refuse(String((cause as Error).message).split(/\. |\n/)[0]!);
  }
}

/** @returns those of a bench's parts that were asked for; all of them when none was named */
function chosenOf<Part extends string>(parts: readonly Part[]): readonly Part[] {
  return values.part ? parts.filter((part) => values.part!.includes(part)) : parts;
}

function refuse(why: string): never {
  console.error(`bench: ${why}`);
  process.exit(2);
}

/** One figure as a JSON line. */
function print(figure: Record<string, unknown>): void {
  console.log(JSON.stringify(figure));
}

function commit(): string {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  } catch {
    return "unknown"; // not a checkout; the figures are good all the same
  }
}
