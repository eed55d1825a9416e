/** A wire over a message port between page, worker and worklet. Both ends are ours, so a message
 *  that does not parse is a bug and throws. */
import { Observable, share } from "rxjs";
import type { Wire } from "./wire.ts";

/** The part of `Port` that a wire needs. */
type WirePort = {
  readonly post: (message: unknown, transfer?: readonly unknown[]) => void;
  readonly listen: (emit: (message: unknown) => void) => void;
};
type Schema<Value> = { readonly parse: (value: unknown) => Value };

/** @param schema of what comes in @param transferOf what a message takes along instead of copying
 *  @throws (in the port's callback) when a message does not parse */
export function portWire<In, Out>(
  port: WirePort,
  schema: Schema<In>,
  transferOf: (message: Out) => readonly unknown[] = () => [],
): Wire<In, Out> {
  const in$ = new Observable<In>((subscriber) => {
    port.listen((message) => subscriber.next(schema.parse(message)));
  }).pipe(share());
  return { in$, send: (message) => port.post(message, transferOf(message)) };
}
