/** The host's disk: in memory, it survives the runs of the host. A write is there whole or not at all;
 *  one that was under way when the host died never happened. */
import type { Disk } from "#engine/ports/disk.ts";
import type { Start } from "#engine/ports/port.ts";
import type { Fault } from "#engine/protocol/faults.ts";
import type { Realm } from "../world/realm.ts";
import type { World } from "../world/world.ts";

type StoredFile = { bytes: Uint8Array; modified: number };

/** What outlives a run of the host. */
export class DiskMedium {
  readonly files = new Map<string, StoredFile>();
  /** what every write fails with for now */
  writeFault: Fault | null = null;

  get bytes(): number {
    let sum = 0;
    for (const { bytes } of this.files.values()) sum += bytes.byteLength;
    return sum;
  }

  /** Flips one bit of one file, as ageing media do. @returns whether there was a file */
  rot(pick: number): boolean {
    const all = [...this.files.values()].filter(({ bytes }) => bytes.byteLength > 0);
    const file = all[pick % Math.max(1, all.length)];
    if (!file) return false;
    file.bytes = file.bytes.slice();
    file.bytes[(pick * 7919) % file.bytes.byteLength]! ^= 1 << (pick & 7);
    return true;
  }
}

const wallOrigin = Date.UTC(2026, 0, 5);

/** The disk port of one run of the host over a medium that outlives it. */
export function simulatedDisk(world: World, realm: Realm, medium: DiskMedium): Disk {
  const { files } = medium;
  const random = realm.random.fork("disk");

  function operation<Request, Report>(
    kind: string,
    maxMs: number,
    act: (request: Request) => Report,
  ): Start<Request, Report> {
    return (request, emit) => {
      const event = world.schedule(
        random.between(0.2, maxMs),
        `${realm.name}.disk.${kind}`,
        () => emit(act(request)),
        realm,
      );
      return () => world.cancel(event);
    };
  }

  return {
    read: operation("read", 12, ({ path }) => {
      const file = files.get(path);
      return file ? { type: "read", bytes: file.bytes.slice() } : { type: "missing" };
    }),
    // the bytes are taken when the write is asked for: the writer may reuse its buffer afterwards
    write: (request, emit) =>
      operation("write", 30, ({ path, bytes }: { path: string; bytes: Uint8Array }) => {
        if (medium.writeFault) return { type: "failed" as const, fault: medium.writeFault };
        files.set(path, { bytes, modified: wallOrigin + world.now });
        return { type: "written" as const };
      })({ path: request.path, bytes: request.bytes.slice() }, emit),
    remove: operation("remove", 8, ({ path }) => {
      files.delete(path);
      return { type: "removed" };
    }),
    list: operation("list", 20, ({ folder }) => {
      const prefix = folder === "" || folder.endsWith("/") ? folder : `${folder}/`;
      const found = [...files]
        .filter(([path]) => path.startsWith(prefix))
        .map(([path, { bytes, modified }]) => {
          return { path, bytes: bytes.byteLength, modified };
        });
      return { type: "listed", files: found };
    }),
  };
}
