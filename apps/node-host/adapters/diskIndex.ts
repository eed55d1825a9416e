import { mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import Database from "libsql";
import type { DiskIndex, IndexChange, IndexedFile } from "#engine/ports/diskIndex.ts";
import type { Emit } from "#engine/ports/port.ts";
import { crc32 } from "#crc32";
import { fault, type Fault } from "#engine/protocol/faults.ts";

/** raised whenever a column is added or means something else; an index of another one is made anew */
const schemaVersion = 1;
/** ms for which another program may hold it (somebody looks into it) */
const lockedMs = 250;
const schema = `CREATE TABLE segments (
  id TEXT PRIMARY KEY, bytes INTEGER NOT NULL, written REAL NOT NULL,
  used INTEGER NOT NULL, mark INTEGER NOT NULL) WITHOUT ROWID`;

type Db = InstanceType<typeof Database>;
type Row = readonly [id: string, bytes: number, written: number, used: number, mark: number];

/** The index of the segments on disk in SQLite, beside their folder. Calls of the database block: a batch of
 *  a thousand changes takes some milliseconds. In its WAL mode a batch survives a crash of the process and
 *  waits for no disk.
 *  @param path absolute; its folder is locked by the caller. SQLite puts two more files beside it
 *  @param tell hears once when the index was replaced, or cannot be used any more */
export function createDiskIndex(path: string, tell: (line: string) => void): DiskIndex {
  let db: Db | null = null;
  /** order of use: larger is later; a clock that jumps does not change it */
  let used = 0;
  let hasToldFailure = false;

  const failed = (cause: unknown): { readonly type: "failed"; readonly fault: Fault } => {
    const why = (cause as Error).message;
    if (!hasToldFailure) tell(`The index of the cache cannot be written: ${why}`);
    hasToldFailure = true;
    return { type: "failed", fault: fault("disk-failed", why) };
  };

  const open = (): readonly IndexedFile[] => {
    db = openDatabase(path);
    const rows = db
      .prepare("SELECT id, bytes, written, used, mark FROM segments ORDER BY used DESC")
      .raw()
      .all() as Row[];
    used = rows[0]?.[3] ?? 0;
    // SQLite has no checksums: a page that rotted may read well
    const sound = rows.filter(
      ([id, bytes, written, , mark]) => mark === markOf(id, bytes, written),
    );
    return sound.map(([id, bytes, written]) => ({ id, bytes, written }));
  };
  const release = () => {
    const held = db;
    db = null;
    held?.close();
  };
  const openOrReplace = (): readonly IndexedFile[] => {
    try {
      return open();
    } catch (cause) {
      release();
      removeDatabase(path);
      const files = open();
      tell(
        `The index of the cache could not be used, it is made anew: ${(cause as Error).message}`,
      );
      return files;
    }
  };

  const write = (held: Db, changes: readonly IndexChange[]): void => {
    const put = held.prepare("INSERT OR REPLACE INTO segments VALUES (?, ?, ?, ?, ?)");
    const use = held.prepare("UPDATE segments SET used = ? WHERE id = ?");
    const drop = held.prepare("DELETE FROM segments WHERE id = ?");
    held.exec("BEGIN IMMEDIATE");
    try {
      for (const change of changes) {
        const { type, id } = change;
        if (type === "drop") drop.run(id);
        else if (type === "use") use.run(++used, id);
        else {
          const { bytes, written } = change;
          put.run(id, bytes, written, ++used, markOf(id, bytes, written));
        }
      }
      held.exec("COMMIT");
    } catch (cause) {
      if (held.inTransaction) held.exec("ROLLBACK");
      throw cause;
    }
  };

  return {
    open: (_request, emit) =>
      soon(emit, () => {
        try {
          return { type: "opened" as const, files: openOrReplace() };
        } catch (cause) {
          return failed(cause);
        }
      }),
    write: ({ changes }, emit) =>
      soon(emit, () => {
        try {
          write(db!, changes);
          return { type: "written" as const };
        } catch (cause) {
          return failed(cause);
        }
      }),
    close: (changes) => {
      try {
        if (db && changes.length > 0) write(db, changes);
        // or the library leaves the log beside it for the next to read
        db?.pragma("wal_checkpoint(TRUNCATE)");
      } catch (cause) {
        failed(cause);
      }
      release();
    },
  };
}

/** Does something in a later turn, and reports it, unless cancelled before. */
function soon<Report>(emit: Emit<Report>, act: () => Report): () => void {
  const turn = setImmediate(() => emit(act()));
  return () => clearImmediate(turn);
}

/** @throws the database's error when it cannot be used as it is */
function openDatabase(path: string): Db {
  mkdirSync(dirname(path), { recursive: true });
  const db = new Database(path, { timeout: lockedMs });
  try {
    db.pragma("journal_mode = WAL");
    db.pragma("synchronous = NORMAL");
    const [{ user_version: version }] = db.pragma("user_version") as [{ user_version: number }];
    // nobody else may read it either: a lock that somebody holds is found now, not at the first batch
    db.exec("BEGIN IMMEDIATE");
    if (version === 0) {
      db.exec(schema);
      db.exec(`PRAGMA user_version = ${schemaVersion}`);
    }
    db.exec("COMMIT");
    if (version !== 0 && version !== schemaVersion)
      throw new Error(`its version is ${version}, not ${schemaVersion}`);
    return db;
  } catch (cause) {
    db.close();
    throw cause;
  }
}

/** What a program that still has it open writes from now on goes nowhere. */
function removeDatabase(path: string): void {
  for (const end of ["", "-wal", "-shm"]) rmSync(path + end, { force: true });
}

const text = new TextEncoder();

function markOf(id: string, bytes: number, written: number): number {
  return crc32(text.encode(`${id} ${bytes} ${written}`));
}
