/** One sitting of `npm run listen`: a host, a player at it, and a terminal. */
import type { PageView } from "#engine/actors/pageApi.ts";
import type { ListenArguments } from "./args.ts";
import { findHost } from "./findHost.ts";
import { pressKeys } from "./keys.ts";
import { runOwnHost } from "./runOwnHost.ts";
import { startPlayer, type Player } from "./startPlayer.ts";
import { positionLine, StatusLines } from "./statusLines.ts";
import type { Terminal } from "./terminal.ts";

const exitFailed = 1;
/** ms that a state has to last before it ends the sitting: between two tracks it may look like the end */
const settledMs = 400;
/** ms for what may pass by itself */
const patienceMs = 15_000;

/** Plays until the end of what was asked for, or until `signal`. Leaves nothing behind.
 *  @returns the exit status */
export async function listen(
  args: ListenArguments,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const own = args.url === null ? runOwnHost({ ...args, tell: terminal.warn }) : undefined;
  signal.addEventListener("abort", () => own?.end());
  const url = own ? await own.url : args.url!;
  // why there is no host was said by it
  if (own && url === null) return signal.aborted ? 0 : own.over;
  const absent = own ? null : await findHost(url!, signal);
  if (absent !== null) {
    if (!signal.aborted) terminal.warn(absent);
    return signal.aborted ? 0 : exitFailed;
  }
  const status = await sit(url!, args, terminal, signal, own?.over);
  own?.end();
  await own?.over;
  return status;
}

/** The player's part of it. @param hostOver resolves when the host is given up */
async function sit(
  url: string,
  args: ListenArguments,
  terminal: Terminal,
  signal: AbortSignal,
  hostOver: Promise<number> | undefined,
): Promise<number> {
  let player: Player | undefined;
  const status = await new Promise<number>((end) => {
    if (signal.aborted) return end(0);
    signal.addEventListener("abort", () => end(0));
    void hostOver?.then(() => end(exitFailed));
    let soundFrames = 0;
    const opened = (player = startPlayer({
      url,
      sink: args.sink,
      tap: (left, _, __, rate) => {
        if (opened.page.view.getSnapshot().transport !== "playing") return;
        soundFrames += left.length;
        if (args.seconds !== null && soundFrames >= args.seconds * rate) end(0);
      },
      onDeath: (cause) => {
        terminal.warn(`The player has failed: ${cause}`);
        end(exitFailed);
      },
    }));
    const { page } = opened;
    page.setVolume(args.volume);
    page.setMatchLoudness(args.matchLoudness);
    page.setIntensity(args.intensity);
    page.setPreset(args.preset);
    page.setEnhance(args.enhance);
    terminal.onKeys((typed) => {
      if (pressKeys(typed, page)) end(0);
    });
    const lines = new StatusLines();
    let hasBegun = false;
    let doubt: NodeJS.Timeout | undefined;
    let doubted = "";
    const weigh = (view: PageView): void => {
      const verdict = verdictOn(view, terminal.isInteractive);
      if (verdict?.kind === doubted) return;
      clearTimeout(doubt);
      doubted = verdict?.kind ?? "";
      if (verdict) doubt = setTimeout(() => end(verdict.status), verdict.afterMs);
    };
    const refuse = (line: string): void => {
      terminal.warn(line);
      end(exitFailed);
    };
    const tryToBegin = (): void => {
      if (!hasBegun) hasBegun = begin(page.view.getSnapshot(), args, opened, refuse);
    };
    const show = (view: PageView): void => {
      for (const line of lines.of(view)) terminal.say(line);
      terminal.overwrite(positionLine(view));
      weigh(view);
      // the page is in the middle of telling; it is given orders when it has done so
      if (!hasBegun) setImmediate(tryToBegin);
    };
    page.view.subscribe(show);
    show(page.view.getSnapshot());
  });
  await player?.close();
  return status;
}

/** Chooses what is to be heard first, once it is listed.
 *  @param refuse told why nothing of it can be had @returns whether that is settled */
function begin(
  { tracks, scanning }: PageView,
  { track, from }: ListenArguments,
  { page }: Player,
  refuse: (line: string) => void,
): boolean {
  const wanted = track?.toLowerCase();
  const found =
    wanted === undefined
      ? tracks[0]
      : /^\d+$/.test(wanted)
        ? tracks[Number(wanted) - 1]
        : tracks.find(({ title }) => title.toLowerCase().includes(wanted));
  if (!found) {
    // an empty folder is told of in the status
    if (scanning || tracks.length === 0) return false;
    refuse(`No track ${track}: there are ${tracks.length}, from 1 on.`);
    return true;
  }
  if (wanted === undefined) page.play();
  else page.choose(found.id);
  if (from > 0) page.seek(from);
  return true;
}

type Verdict = { readonly kind: string; readonly status: number; readonly afterMs: number };

/** Whether this is the end, if it lasts. Who has keys may help himself out of an error. */
function verdictOn(view: PageView, isInteractive: boolean): Verdict | null {
  const { transport, fault, tracks, scanning, output } = view;
  if (tracks.length === 0 && !scanning)
    return { kind: "empty", status: exitFailed, afterMs: settledMs };
  if (transport === "ended") return { kind: "ended", status: 0, afterMs: settledMs };
  if (transport !== "error" || (isInteractive && output !== "absent")) return null;
  const mayPass = fault?.retryable === true && output !== "absent";
  const afterMs = mayPass ? patienceMs : settledMs;
  return { kind: "error", status: exitFailed, afterMs };
}
