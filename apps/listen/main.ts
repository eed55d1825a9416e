/** `npm run listen`: what is wrong with the command line is said before anything is loaded. */
import { parseListenArguments } from "./args.ts";

const exitMisused = 2;
const exitInterrupted = 130;

const parsed = parseListenArguments(process.argv.slice(2));
switch (parsed.type) {
  case "help":
    console.log(parsed.text);
    break;
  case "refused":
    console.error(parsed.line);
    process.exitCode = exitMisused;
    break;
  case "run": {
    const ending = new AbortController();
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
      process.on(name, () => {
        // the second Ctrl-C of somebody in a hurry
        if (ending.signal.aborted) process.exit(exitInterrupted);
        ending.abort();
      });
    const [{ listen }, { openTerminal }] = await Promise.all([
      import("./listen.ts"),
      import("./terminal.ts"),
    ]);
    const terminal = openTerminal();
    const status = await listen(parsed.args, terminal, ending.signal);
    terminal.close();
    // threads of the sound system may outlive their context for a moment
    process.exit(status);
  }
}
