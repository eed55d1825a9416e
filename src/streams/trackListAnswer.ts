/** The answer to `GET /api/tracks`, as the page hears it. */
import { fault, faultSchema, type Fault } from "../protocol/faults.ts";
import { trackListSchema, type TrackList } from "../protocol/library.ts";

export type TrackListReport =
  | { readonly type: "tracks"; readonly list: TrackList }
  | { readonly type: "failed"; readonly fault: Fault };

/** @param isOk whether the status is one of success @param body parsed JSON, of whatever shape
 *  @returns a refusal and a list that is none as faults */
export function trackListAnswer(isOk: boolean, body: unknown): TrackListReport {
  if (!isOk) {
    const told = faultSchema.safeParse(body);
    const why = told.success ? told.data : fault("link-lost", "The list of tracks was refused.");
    return { type: "failed", fault: why };
  }
  const list = trackListSchema.safeParse(body);
  if (list.success) return { type: "tracks", list: list.data };
  return {
    type: "failed",
    fault: fault("protocol-violation", "The list of tracks is malformed."),
  };
}
