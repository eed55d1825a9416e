/** A wire: how a root talks to another, whatever is underneath. Parsing happens here, in streams,
 *  and nowhere else. */
import type { Observable } from "rxjs";

export type Wire<In, Out> = {
  /** hot; messages before the first subscription are lost */
  readonly in$: Observable<In>;
  readonly send: (message: Out) => void;
};
