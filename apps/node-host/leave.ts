/** Ends the process with a status and one line on stderr. */
export function leave(status: number, line: string): never {
  console.error(line);
  process.exit(status);
}
