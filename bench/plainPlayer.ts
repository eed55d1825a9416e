/** Yardstick: a plain player that does what the audit found. Every click asks for a whole chunk over HTTP and
 *  stops what sounds; whether it has come is looked up every 50 ms; what has not come within 30 s is an error.
 *  Nothing is cancelled, ten chunks are kept whatever they weigh, and the answer that comes last is heard. */

const chunkSeconds = 10;
const pollMs = 50;
const patienceMs = 30_000;
const chunksMax = 10;

export type Place = { readonly track: string; readonly query: string; readonly seconds: number };

export class PlainPlayer {
  private readonly url: string;
  private readonly chunks = new Map<string, Buffer>();
  /** of the last answer: that is what sounds */
  private sounding = "";
  /** bytes of answers */
  bytes = 0;
  failures = 0;

  constructor(url: string) {
    this.url = url;
  }

  /** Hears a place. @returns ms from the click to its sound, and whether that is what sounds at last; null when
   *  it failed */
  async hear(place: Place): Promise<{ readonly ms: number; readonly isRight: boolean } | null> {
    const beganMs = performance.now();
    const name = nameOf(place);
    if (this.chunks.has(name)) this.sounding = name;
    else void this.fetch(place, name);
    while (!this.chunks.has(name)) {
      if (performance.now() - beganMs > patienceMs) {
        this.failures++;
        return null;
      }
      await new Promise((done) => setTimeout(done, pollMs));
    }
    const ms = performance.now() - beganMs;
    return { ms, isRight: this.sounding === name };
  }

  /** Whether that place is what is heard. */
  isHeard(place: Place): boolean {
    return this.sounding === nameOf(place);
  }

  private async fetch(place: Place, name: string): Promise<void> {
    try {
      const answer = await fetch(`${this.url}/api/tracks/${name}`, {
        signal: AbortSignal.timeout(patienceMs),
      });
      const bytes = Buffer.from(await answer.arrayBuffer());
      this.bytes += bytes.byteLength;
      if (!answer.ok) return;
      this.chunks.set(name, bytes);
      this.sounding = name;
      const [oldest] = this.chunks.keys();
      if (this.chunks.size > chunksMax) this.chunks.delete(oldest!);
    } catch {
      // it is asked for no more; the click that waits for it runs into its time
    }
  }
}

function nameOf({ track, query, seconds }: Place): string {
  return `${track}/chunks/${Math.floor(seconds / chunkSeconds)}?${query}`;
}
