/** The folders of a library, watched one by one, as a scan comes through them: what is put in, taken out or
 *  written stirs. Where the system refuses a watch (too many, a kind of drive that has none) the library goes
 *  by the clock; see docs/decisions/0009. */
import { watch, type FSWatcher } from "node:fs";

/** folders watched at most: the system's own limit is shared with every other program */
const foldersMax = 4096;
const shown = /^[^.]/;

type Watched = { readonly watcher: FSWatcher; readonly identity: string };

export class FolderWatch {
  readonly #stirred: () => void;
  readonly #isAudio: (name: string) => boolean;
  readonly #watched = new Map<string, Watched>();
  #refused = 0;

  /** @param stirred called at every sign of life, often many times for one change
   *  @param isAudio whether a file of that name is heard when it is only written to */
  constructor(stirred: () => void, isAudio: (name: string) => boolean) {
    this.#stirred = stirred;
    this.#isAudio = isAudio;
  }

  /** whether every folder of the last scan is watched */
  get isWhole(): boolean {
    return this.#refused === 0;
  }

  /** Watches a folder from now on. @param identity tells it from another folder of the same name */
  cover(folder: Buffer, identity: string): void {
    const name = folder.toString("latin1");
    if (this.#watched.get(name)?.identity === identity) return;
    this.#drop(name);
    if (this.#watched.size >= foldersMax) return this.#refuse();
    try {
      const watcher = watch(folder, { persistent: false, encoding: "buffer" }, (type, entry) => {
        const text = entry?.toString() ?? "";
        // of a folder that was moved or deleted the watch goes on with what nobody looks for any more
        if (type === "rename" && entry && folder.subarray(-entry.length).equals(entry))
          this.#drop(name);
        if (!entry || (shown.test(text) && (type === "rename" || this.#isAudio(text))))
          this.#stirred();
      });
      watcher.on("error", () => {
        this.#drop(name);
        this.#refuse();
      });
      this.#watched.set(name, { watcher, identity });
    } catch {
      // said by `isWhole`: the library is looked at more often instead
      this.#refuse();
    }
  }

  /** A scan begins. */
  begin(): void {
    this.#refused = 0;
  }

  /** A scan is over: lets go of the folders that it did not see. */
  keep(seen: ReadonlySet<string>): void {
    for (const name of [...this.#watched.keys()]) if (!seen.has(name)) this.#drop(name);
  }

  close(): void {
    for (const name of [...this.#watched.keys()]) this.#drop(name);
  }

  #refuse(): void {
    this.#refused++;
  }

  #drop(name: string): void {
    this.#watched.get(name)?.watcher.close();
    this.#watched.delete(name);
  }
}
