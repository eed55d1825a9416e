import { join } from "node:path";
import type { Arguments } from "./args.ts";
import { ensureDemoAlbum } from "./demo/ensureDemoAlbum.ts";
import { watchLivingActors } from "./inspectActors.ts";
import { logActors } from "./log/logActors.ts";
import { noLog, openLog, type Log } from "./log/openLog.ts";
import { tellAlbum } from "./demo/tellAlbum.ts";
import { leave } from "./leave.ts";
import { lockFolder } from "./lockFolder.ts";
import { openEngines } from "./openEngines.ts";
import { buildPage } from "./pageBuild.ts";
import { openTapeFile, type TapeFile } from "./adapters/tapeFile.ts";
import type { Tls } from "./readTls.ts";
import { defaultSurvey, startHost } from "./startHost.ts";

const exitFailed = 1;
/** ms after which a stop that hangs is forced */
const stopMs = 5000;

let log: Log = noLog;

/** Progress and warnings go to stderr: stdout holds the ready line alone. */
const tell = (line: string): void => {
  console.error(line);
  log.info({ line }, "host.told");
};

/** Serves the folders until a signal ends it: lock, page, demo album, workers, host, ready line.
 *  What goes wrong before the ready line ends the process with status 1 and one line.
 *  @param tls what `args.tls` names, read and tried */
export async function serve(args: Arguments, tls: Tls | null): Promise<void> {
  const unlock = await lockFolder(args.data).catch((cause: unknown) =>
    leave(exitFailed, `The data folder ${args.data} cannot be used: ${(cause as Error).message}`),
  );
  if (!unlock)
    leave(exitFailed, `Another host uses the data folder ${args.data}; --data names another one.`);

  const ending = new AbortController();
  let stop = async (): Promise<void> => undefined;
  const end = (): void => {
    // the second Ctrl-C of somebody in a hurry
    if (ending.signal.aborted) process.exit(130);
    ending.abort();
    log.info("host.leaving");
    setTimeout(() => leave(exitFailed, "Some work did not end in time."), stopMs).unref();
    void stop()
      .then(unlock)
      .then(() => process.exit(0));
  };
  process.on("SIGINT", end);
  process.on("SIGTERM", end);

  try {
    log = openLogOf(args);
    const record = args.record === null ? undefined : openRecording(args.record);
    const demo = join(args.data, "demo");
    let rescan = async (): Promise<void> => undefined;
    const album =
      args.folders.length === 0
        ? beginDemoAlbum(demo, ending.signal, () => void rescan().catch(tellFailure))
        : undefined;
    const [page] = await Promise.all([buildPage(tell), album?.first]);
    if (ending.signal.aborted) return;
    const note = logActors(log, () => ending.signal.aborted);
    const actors = watchLivingActors(note);
    const engines = openEngines({ data: args.data, workers: args.workers, actors });
    stop = engines.close;
    const running = await startHost({
      folders: args.folders.length > 0 ? args.folders : [demo],
      data: args.data,
      port: args.port,
      host: args.host,
      tls,
      page,
      config: { goals: args.goals, ...(args.survey && { survey: defaultSurvey }) },
      decode: engines.decode,
      spareSources: engines.spareSources,
      engine: engines.engine,
      workers: engines.figures,
      log,
      actors,
      record,
      inspects: args.inspect,
      tell,
    });
    stop = () => running.stop().then(engines.close).then(record?.close);
    rescan = running.library.scan;
    if (args.record !== null) tell(`What happens is recorded in ${args.record}`);
    if (args.inspect) tell(`Every page is inspected; watch at ${running.url}/inspect`);
    console.log(`Segue listening on ${running.url}`);
    log.info({ url: running.url, workers: args.workers, node: process.version }, "host.listening");
    if (!album) return;
    // pieces that were finished while the host started, or while a scan went on
    await rescan();
    await album.whole;
    if (!ending.signal.aborted) await rescan();
  } catch (cause) {
    // what was given up on Ctrl-C has not failed
    if (ending.signal.aborted) return;
    await stop();
    await unlock();
    leave(exitFailed, reasonOf(cause, args));
  }
}

/** @throws Error with one line that says why it cannot be written */
function openLogOf({ logLevel, logFile }: Arguments): Log {
  try {
    return openLog(logLevel, logFile, (line) => console.error(line));
  } catch (cause) {
    throw new Error(`The log cannot be written: ${(cause as Error).message}`, { cause });
  }
}

/** @throws Error with one line that says why the file cannot be made */
function openRecording(path: string): TapeFile {
  try {
    return openTapeFile(path, tell);
  } catch (cause) {
    throw new Error(
      (cause as NodeJS.ErrnoException).code === "EEXIST"
        ? `${path} is there already; --record wants a new file.`
        : `The recording cannot be written: ${(cause as Error).message}`,
      { cause },
    );
  }
}

function tellFailure(cause: unknown): void {
  tell(`the scan failed: ${String(cause)}`);
}

/** Begins to make the demo album. `first` resolves when something of it can be played, `whole` when all
 *  of it can; what fails behind the first piece is told and fails nothing.
 *  @param onPiece called for every further piece */
function beginDemoAlbum(
  folder: string,
  signal: AbortSignal,
  onPiece: () => void,
): { readonly first: Promise<void>; readonly whole: Promise<void> } {
  let playable = false;
  let heardFirst = (): void => undefined;
  const firstPiece = new Promise<void>((resolve) => (heardFirst = resolve));
  const teller = tellAlbum(tell);
  const made = ensureDemoAlbum({
    folder,
    signal,
    onProgress: teller.progress,
    onPiece: () => {
      if (playable) onPiece();
      playable = true;
      heardFirst();
    },
  });
  const whole = made.then(teller.whole, (cause: unknown) => {
    if (playable && !signal.aborted) tell(cause instanceof Error ? cause.message : String(cause));
  });
  return { first: Promise.race([made, firstPiece]), whole };
}

function reasonOf(cause: unknown, { port, host }: Arguments): string {
  switch ((cause as NodeJS.ErrnoException).code) {
    case "EADDRINUSE":
      return `Port ${port} is taken; --port names another one, --port 0 any free one.`;
    case "EACCES":
      return `Port ${port} may not be taken; --port names another one.`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `${host} is no address of this machine.`;
    default:
      return cause instanceof Error ? cause.message : String(cause);
  }
}
