/** `npm run sim -- --replay FILE` for a recorded session: prints the outcome, and as its last line
 *  {"tape","roots","lines","violations","divergences"}.
 *  @param file of the tape @param log prints every line that was played
 *  @param inspected file for what `/inspect` opens @returns the status to exit with */
import { writeFileSync } from "node:fs";
import { describeOutcome, replayTapeFile } from "./replayTape.ts";

export function tapeCommand(
  file: string,
  { log, inspected }: { readonly log: boolean; readonly inspected: string | null },
  say: (line: string) => void,
): number {
  const outcome = replayTapeFile(file, { trace: log || inspected !== null });
  if (log) for (const line of outcome.trace ?? []) say(line);
  if (inspected !== null) {
    writeFileSync(inspected, outcome.inspected!);
    say(`For /inspect of a running host, Open a recording: ${inspected}`);
  }
  for (const line of describeOutcome(outcome)) say(line);
  const { roots, violations, divergences } = outcome;
  const lines = roots.reduce((sum, { emissions }) => sum + emissions, 0);
  say(
    JSON.stringify({
      tape: file,
      roots: roots.length,
      lines,
      violations: violations.map(({ root, line, what }) => ({ root, line, what })),
      divergences: divergences.map(({ root, line }) => ({ root, line })),
    }),
  );
  return violations.length + divergences.length > 0 ? 1 : 0;
}
