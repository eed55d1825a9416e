/** Lifelines: who takes part in a picture, from left to right as a sample's way goes backwards: listener's
 *  page, audio, page worker, host. A second player stands mirrored on the other side of the host. */

/** stands for everybody of the host who is folded into it */
export const foldedLifeline = "host/works";

export type LifelineGroup = "page" | "audio" | "worker" | "host" | "device";

export type Lifeline = {
  /** side with the number of its player, or `host`, and what of it: `page0/player`, `worker0`, `host/disk` */
  readonly id: string;
  readonly title: string;
  readonly group: LifelineGroup;
  /** of the group, e.g. `page of player 0` */
  readonly caption: string;
};

const order = [
  "queue",
  "player",
  "page",
  "output",
  "context",
  "ear",
  "mixer",
  "preloader",
  "windowCache",
  "worker",
  "link",
  "session",
  "track",
  "host",
  "works",
  "cache",
  "renderScheduler",
  "hotTier",
  "warmTier",
  "diskTier",
  "workerPool",
  "slot",
  "thread",
  "decode",
  "disk",
  "renderers",
  "decoders",
];
const devices: ReadonlySet<string> = new Set(["thread", "decode", "disk", "renderers", "decoders"]);

/** The number of the player to whom a participant belongs; null for the host's. */
export function ownerOf(id: string): string | null {
  return /^(?:page|worker|mixer|ear|context)(\d+)/.exec(id)?.[1] ?? null;
}

/** Whether somebody means `id` by `name`: the whole of it, a root with all its actors, or its last part,
 *  with or without a number. */
export function isNamedBy(id: string, name: string): boolean {
  if (id === name || id.startsWith(`${name}/`)) return true;
  const last = id.split("/").at(-1)!;
  return last === name || last.split(".")[0] === name;
}

/** Whether a message from one to the other stays in one root: it takes no time, and is never lost. */
export function isInside(from: string, to: string): boolean {
  const isDevice = [from, to].some((id) => devices.has(kindOf(id)));
  return !isDevice && from.split("/")[0] === to.split("/")[0];
}

export function orderLifelines(ids: readonly string[]): Lifeline[] {
  const owners = [...new Set(ids.map(ownerOf).filter((owner) => owner !== null))].sort();
  const place = (id: string): number => {
    const owner = ownerOf(id);
    const known = order.indexOf(kindOf(id));
    const rank = (known < 0 ? order.length : known) + serialOf(id) / 1000;
    if (owner === null) return 1000 + rank;
    return owners.indexOf(owner) === 0 ? rank : 3000 - rank;
  };
  return [...ids].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1)).map(lifelineOf);
}

function lifelineOf(id: string): Lifeline {
  const owner = ownerOf(id);
  const group = groupOf(id);
  const captions: Record<LifelineGroup, string> = {
    page: `page ${owner}`,
    audio: `audio ${owner}`,
    worker: `page worker ${owner}`,
    host: "host",
    device: "host's devices",
  };
  return { id, title: titleOf(id), group, caption: captions[group] };
}

function titleOf(id: string): string {
  if (id === "host/host") return "host machine";
  if (id === foldedLifeline) return "cache, renders, devices";
  const [shell, machine] = id.split("/");
  if (machine === undefined) return shell === "host" ? "host root" : kindOf(id);
  if (machine.startsWith("track.")) return `track ${machine.split(".").slice(1).join(" ")}`;
  return machine.replace(/[.-]/, " ");
}

function groupOf(id: string): LifelineGroup {
  const kind = kindOf(id);
  if (kind === "context" || kind === "mixer" || kind === "ear") return "audio";
  if (id.startsWith("host")) return devices.has(kind) ? "device" : "host";
  return id.startsWith("page") ? "page" : "worker";
}

/** `page0/player` → `player`, `mixer1` → `mixer`, `host/session.3` → `session` */
function kindOf(id: string): string {
  const last = id.split("/").at(-1)!;
  return last.split(".")[0]!.replace(/-?\d+$/, "");
}

function serialOf(id: string): number {
  return Number(/(\d+)$/.exec(id)?.[1] ?? 0);
}
