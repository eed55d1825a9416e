/** A value derived on demand from things that change: snapshot and subscription, nothing stored
 *  twice. The snapshot keeps its identity until `changed` is called. */
import type { Readable } from "../pageApi.ts";

export class LiveValue<Value> implements Readable<Value> {
  private readonly derive: () => Value;
  private readonly listeners = new Set<(value: Value) => void>();
  private cached: { readonly value: Value } | null = null;

  /** @param derive pure with respect to what it reads between two calls of `changed` */
  constructor(derive: () => Value) {
    this.derive = derive;
  }

  readonly getSnapshot = (): Value => {
    this.cached ??= { value: this.derive() };
    return this.cached.value;
  };

  readonly subscribe = (listen: (value: Value) => void): { readonly unsubscribe: () => void } => {
    this.listeners.add(listen);
    return { unsubscribe: () => this.listeners.delete(listen) };
  };

  /** Something that `derive` reads is different now. */
  changed(): void {
    this.cached = null;
    if (this.listeners.size === 0) return;
    const value = this.getSnapshot();
    for (const listen of this.listeners) listen(value);
  }
}
