/** The files of open tracks, watched: looked at every two seconds, and at once when something stirs in
 *  their folders. They are few, and a look costs a `stat`: it works where no watch of the system does
 *  (network drives, too many folders). */
import { lookAt, whenQuiet, type FileLook } from "./quietFile.ts";

const lookEveryMs = 2000;
/** ms for which a file that is being written is waited for before it is looked at anew */
const patienceMs = 60_000;

type Followed = {
  readonly path: string;
  readonly name: string;
  readonly signature: string;
  readonly report: (look: FileLook) => void;
  readonly ending: AbortController;
  isLooking: boolean;
};

export class FollowedFiles {
  readonly #followed = new Set<Followed>();
  #timer: NodeJS.Timeout | undefined;

  /** @param report called once, when the file has settled as another one or is gone
   *  @returns ends it */
  follow(file: Pick<Followed, "path" | "name" | "signature" | "report">): () => void {
    const followed = { ...file, ending: new AbortController(), isLooking: false };
    this.#followed.add(followed);
    this.#timer ??= setInterval(() => this.look(), lookEveryMs).unref();
    return () => this.#end(followed);
  }

  /** Something may have changed. */
  look(): void {
    for (const followed of this.#followed) void this.#look(followed);
  }

  close(): void {
    for (const followed of [...this.#followed]) this.#end(followed);
  }

  async #look(followed: Followed): Promise<void> {
    if (followed.isLooking) return;
    followed.isLooking = true;
    const { path, name, ending } = followed;
    let look: FileLook | undefined = await lookAt(path, name);
    if (isAnother(followed, look)) look = await whenQuiet(path, name, patienceMs, ending.signal);
    followed.isLooking = false;
    // it may have come back as it was
    if (ending.signal.aborted || !look || !isAnother(followed, look)) return;
    this.#end(followed);
    followed.report(look);
  }

  #end(followed: Followed): void {
    followed.ending.abort();
    this.#followed.delete(followed);
    if (this.#followed.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

function isAnother({ signature }: Followed, look: FileLook): boolean {
  return look.type === "gone" || look.signature !== signature;
}
