/** Lists of tracks on a tape: a library that is being scanned is read anew every second, and thousands of
 *  titles each time would fill the tape. What stood in the list before is a run of it, `{"$run": [from,
 *  count]}`; new and changed entries stand for themselves. */
import type { TrackList } from "../../protocol/library.ts";
import { encodeValue, type HandleBook } from "./tapeValue.ts";

type Run = { readonly $run: [from: number, count: number] };

export class TrackRuns {
  private last: ReadonlyMap<string, number> = new Map();

  /** @param list the next one that was read. Cost O(tracks). */
  encode(list: TrackList, handles: HandleBook): unknown {
    const tracks: unknown[] = [];
    const places = new Map<string, number>();
    let run: Run | null = null;
    for (const [place, track] of list.tracks.entries()) {
      const entry = encodeValue(track, handles);
      const text = JSON.stringify(entry);
      const before = this.last.get(text);
      places.set(text, place);
      if (before === undefined) {
        tracks.push(entry);
        run = null;
      } else if (run && run.$run[0] + run.$run[1] === before) run.$run[1]++;
      else tracks.push((run = { $run: [before, 1] }));
    }
    this.last = places;
    return { ...list, tracks };
  }
}
