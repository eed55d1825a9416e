/** Root lives: where the roots of a tape lie in the time of the session, and which of them ended before it did. */
import * as z from "zod/mini";
import { rootKind, type TapeLine } from "#engine/protocol/tape.ts";
import type { NumberedLine, Tape } from "./readTape.ts";

export type RootLife = {
  /** ms of the session at which the root's clock was zero: the least is 0 */
  readonly zeroMs: number;
  /** ms of the session; null: it lived for as long as was recorded, or ended on the tape itself */
  readonly goneMs: number | null;
};

const helloSchema = z.object({
  type: z.literal("text"),
  text: z.object({ $json: z.object({ type: z.literal("hello"), player: z.string() }) }),
});
const closedSchema = z.object({ type: z.literal("closed") });
const ownPlayer = z.object({ player: z.string() });
const closing = /^socket#(\d+)\.close /;

/** Clocks are laid next to each other by what each was set to since 1970 (`originMs`): as exact as the clocks of the
 *  machines agree. A root that does not say it is laid as if its clock began with the earliest.
 *
 *  That a page was closed its own lines do not say: they stop, as do those of one that is silent. So this goes by the
 *  host: a page, and its worker with it, is gone when the last connection of its player was over, none came after it,
 *  and the host was not being stopped. It ends when the host heard of that, or, where the host closed the
 *  connection itself (of silence, as a rule), with the last line of page and worker; never before that line.
 *  @returns by root. Cost O(lines) */
export function rootLives({ roots }: Tape): ReadonlyMap<string, RootLife> {
  const origins = [...roots.values()].map(([first]) => beginOf(first!).originMs ?? Infinity);
  const earliest = Math.min(...origins);
  const zeroMs = (lines: readonly NumberedLine[]): number => {
    const { originMs } = beginOf(lines[0]!);
    return originMs === undefined ? 0 : originMs - earliest;
  };
  const partings = new Partings();
  for (const [root, lines] of roots)
    if (rootKind(root) === "host") partings.listen(lines, zeroMs(lines));
  const goneMs = (root: string): number | null => {
    const tab = root.slice(root.indexOf("."));
    const both = [roots.get(`page${tab}`), roots.get(`worker${tab}`)].filter((each) => !!each);
    const { player } = ownPlayer.safeParse(beginOf(both[0]![0]!).begin).data ?? {};
    const parting = player === undefined ? undefined : partings.at.get(player);
    if (parting === undefined) return null;
    return Math.max(parting, ...both.map((lines) => zeroMs(lines) + lastMs(lines)));
  };
  const lifeOf = ([root, lines]: [string, readonly NumberedLine[]]): [string, RootLife] => {
    const gone = rootKind(root) === "host" ? null : goneMs(root);
    return [root, { zeroMs: zeroMs(lines), goneMs: gone }];
  };
  return new Map([...roots].map(lifeOf));
}

/** What hosts know of the connections of players. */
class Partings {
  /** ms of the session at which a player was heard to be gone, by player; 0: nothing was heard, the host closed */
  readonly at = new Map<string, number>();
  /** by number of the socket: its player */
  private open = new Map<string, string>();

  /** @param lines of one run of the host, behind those of the runs before it */
  listen(lines: readonly NumberedLine[], zeroMs: number): void {
    // what was open to a host that is no more tells nothing
    this.open = new Map();
    for (const { line } of lines) {
      if ("did" in line) for (const deed of line.did) this.end(closing.exec(deed)?.[1], 0);
      if (!("port" in line) || "read" in line) continue;
      if (line.ask === "stop") return;
      if (line.port !== "socket") continue;
      const hello = helloSchema.safeParse(line.report);
      if (hello.success) this.begin(String(line.call), hello.data.text.$json.player);
      else if (closedSchema.safeParse(line.report).success)
        this.end(String(line.call), line.atMs + zeroMs);
    }
  }

  private begin(socket: string, player: string): void {
    this.open.set(socket, player);
    this.at.delete(player);
  }

  private end(socket: string | undefined, atMs: number): void {
    const player = socket === undefined ? undefined : this.open.get(socket);
    if (player === undefined) return;
    this.open.delete(socket!);
    if (![...this.open.values()].includes(player)) this.at.set(player, atMs);
  }
}

/** What every root's first line is. */
function beginOf({ line }: NumberedLine): Partial<Extract<TapeLine, { begin: unknown }>> {
  return "begin" in line ? line : {};
}

/** ms of the root's own clock */
function lastMs(lines: readonly NumberedLine[]): number {
  const last = lines.findLast(({ line }) => "atMs" in line)!.line;
  return "atMs" in last ? last.atMs : 0;
}
