/** The host's disk: in memory, it survives the runs of the host. As in the real adapter a file is written
 *  under a temporary name and then renamed: it is there whole or not at all, and a write that was under
 *  way when the host died leaves a part of its temporary file behind. */
import type { Disk, DiskFailed } from "#engine/ports/disk.ts";
import type { Start } from "#engine/ports/port.ts";
import type { Fault } from "#engine/protocol/faults.ts";
import type { Realm } from "../world/realm.ts";
import type { World } from "../world/world.ts";
import { wallNow } from "./virtualClock.ts";

type StoredFile = { bytes: Uint8Array; modified: number };
type Writing = { readonly part: string; readonly bytes: Uint8Array; readonly realm: Realm };

const partOf = /\.\d+\.(\d+)\.part$/;

/** What outlives a run of the host, and what goes wrong with it for now. */
export class DiskMedium {
  readonly files = new Map<string, StoredFile>();
  /** what every write fails with */
  writeFault: Fault | null = null;
  /** what every read fails with */
  readFault: Fault | null = null;
  /** what every removal fails with */
  removeFault: Fault | null = null;
  /** what the next listing fails with */
  listFault: Fault | null = null;
  /** reads that will get only the beginning of their file */
  shortReads = 0;
  /** ms by which every operation takes longer at most */
  sluggishMs = 0;
  /** runs of the host that have opened it */
  runs = 0;
  private readonly writing = new Set<Writing>();

  get bytes(): number {
    let sum = 0;
    for (const { bytes } of this.files.values()) sum += bytes.byteLength;
    return sum;
  }

  /** Flips one bit of one file, as ageing media do. @returns whether there was a file */
  rot(pick: number): boolean {
    const file = this.pick(pick);
    if (!file) return false;
    file.bytes = file.bytes.slice();
    file.bytes[(pick * 7919) % file.bytes.byteLength]! ^= 1 << (pick & 7);
    return true;
  }

  /** One file loses its end. @returns whether there was a file */
  truncate(pick: number): boolean {
    const file = this.pick(pick);
    if (!file) return false;
    file.bytes = file.bytes.slice(0, (pick * 7919) % file.bytes.byteLength);
    return true;
  }

  /** Two files of one size change names, as when somebody puts a backup in place. @returns whether there were two */
  exchange(pick: number): boolean {
    const first = this.pick(pick);
    const alike = [...this.files.values()].filter(
      (file) => file !== first && file.bytes.byteLength === first?.bytes.byteLength,
    );
    const second = alike[pick % Math.max(1, alike.length)];
    if (!first || !second) return false;
    [first.bytes, second.bytes] = [second.bytes, first.bytes];
    return true;
  }

  /** Everything is deleted behind the host's back. */
  wipe(): void {
    this.files.clear();
  }

  begin(write: Writing): void {
    this.writing.add(write);
  }

  end(write: Writing): void {
    this.writing.delete(write);
  }

  /** The host died: of what it was writing some first bytes are there, under a temporary name. */
  tear({ random }: Realm, modified: number): void {
    for (const { part, bytes, realm } of this.writing) {
      if (realm.isAlive) continue;
      const length = random.below(bytes.byteLength + 1);
      this.files.set(part, { bytes: bytes.slice(0, length), modified });
    }
    this.writing.clear();
  }

  /** Temporary files of earlier runs. */
  leftovers(): readonly string[] {
    return [...this.files.keys()].filter((path) => {
      const part = partOf.exec(path);
      return part !== null && Number(part[1]) !== this.runs;
    });
  }

  private pick(pick: number): StoredFile | undefined {
    const all = [...this.files.values()].filter(({ bytes }) => bytes.byteLength > 0);
    return all[pick % Math.max(1, all.length)];
  }
}

/** The disk port of one run of the host over a medium that outlives it. */
export function simulatedDisk(world: World, realm: Realm, medium: DiskMedium): Disk {
  const { files } = medium;
  const random = realm.random.fork("disk");
  const run = ++medium.runs;
  let written = 0;
  // as the adapter does: what a killed run was writing is of no use to anybody
  for (const path of medium.leftovers()) files.delete(path);

  function later(kind: string, maxMs: number, act: () => void): () => void {
    const sluggish = medium.sluggishMs > 0 ? random.between(0, medium.sluggishMs) : 0;
    const delayMs = random.between(0.2, maxMs) + sluggish;
    const event = world.schedule(delayMs, `${realm.name}.disk.${kind}`, act, realm);
    return () => world.cancel(event);
  }

  function operation<Request, Report>(
    kind: string,
    maxMs: number,
    act: (request: Request) => Report | DiskFailed,
  ): Start<Request, Report | DiskFailed> {
    return (request, emit) => later(kind, maxMs, () => emit(act(request)));
  }

  return {
    read: operation("read", 12, ({ path }) => {
      if (medium.readFault) return { type: "failed", fault: medium.readFault };
      const file = files.get(path);
      if (!file) return { type: "missing" };
      const isShort = medium.shortReads > 0 && medium.shortReads--;
      const length = isShort ? random.below(file.bytes.byteLength) : file.bytes.byteLength;
      return { type: "read", bytes: file.bytes.slice(0, length) };
    }),
    // the bytes are taken when the write is asked for: the writer may reuse its buffer afterwards;
    // who cancels hears no more of it, but a write that has begun goes on
    write: (request, emit) => {
      const { path } = request;
      const bytes = request.bytes.slice();
      const write = { part: `${path}.${++written}.${run}.part`, bytes, realm };
      let isHeard = true;
      medium.begin(write);
      later("write", 30, () => {
        medium.end(write);
        const failure = medium.writeFault;
        if (!failure) files.set(path, { bytes, modified: wallNow(world) });
        if (isHeard) emit(failure ? { type: "failed", fault: failure } : { type: "written" });
      });
      return () => {
        isHeard = false;
      };
    },
    remove: operation("remove", 8, ({ path }) => {
      if (medium.removeFault) return { type: "failed", fault: medium.removeFault };
      files.delete(path);
      return { type: "removed" };
    }),
    list: operation("list", 20, ({ folder, known }) => {
      const { listFault } = medium;
      medium.listFault = null;
      if (listFault) return { type: "failed", fault: listFault };
      const named = new Set(known);
      const prefix = folder === "" || folder.endsWith("/") ? folder : `${folder}/`;
      const found = [...files]
        .filter(([path]) => path.startsWith(prefix) && !partOf.test(path))
        .filter(([path]) => !named.has(path))
        .map(([path, { bytes, modified }]) => {
          return { path, bytes: bytes.byteLength, modified };
        });
      const there = known?.filter((path) => files.has(path));
      return { type: "listed", files: found, ...(there && { known: there }) };
    }),
  };
}
