/** Makes whole lists of what a tape holds of them. The counterpart of the engine's `TrackRuns`.
 *  @returns what decodes the reports of `readTracks` of one page, in their order */
import { decodeValue } from "./decodeValue.ts";

type Packed = { readonly list?: { readonly tracks: readonly object[] } };

export function trackDecoder(): (report: unknown) => unknown {
  let last: readonly unknown[] = [];
  return (report) => {
    const { list } = report as Packed;
    if (!list) return decodeValue(report);
    const tracks = list.tracks.flatMap((entry): readonly unknown[] => {
      if (!("$run" in entry)) return [decodeValue(entry)];
      const [from, count] = entry.$run as [number, number];
      if (from + count > last.length)
        throw new RangeError("a list goes on from one that is not there");
      return last.slice(from, from + count);
    });
    last = tracks;
    return { ...(report as object), list: { ...list, tracks } };
  };
}
