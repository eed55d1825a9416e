/** `npm start`: what is wrong with the command line is said before anything is loaded. */
import { parseArguments } from "./args.ts";
import { leave } from "./leave.ts";
import { checkFolder } from "./library/walkFolder.ts";
import { readTls } from "./readTls.ts";

const exitMisused = 2;

const parsed = parseArguments(process.argv.slice(2));
switch (parsed.type) {
  case "help":
    console.log(parsed.text);
    break;
  case "refused":
    leave(exitMisused, parsed.line);
    break;
  case "run": {
    for (const folder of parsed.args.folders) {
      const wrong = await checkFolder(folder);
      if (wrong) leave(exitMisused, wrong.detail);
    }
    const tls = parsed.args.tls ? await readTls(parsed.args.tls) : null;
    if (typeof tls === "string") leave(exitMisused, tls);
    const { serve } = await import("./serve.ts");
    await serve(parsed.args, tls);
  }
}
