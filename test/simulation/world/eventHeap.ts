/** Binary heap of events, ordered by time, then by a tie that the seed decides. */
import type { Realm } from "./realm.ts";

export type HeapEvent = {
  at: number;
  readonly tie: number;
  readonly label: string;
  readonly realm: Realm | null;
  /** null once run or cancelled */
  run: (() => void) | null;
};

export class EventHeap {
  private readonly items: HeapEvent[] = [];

  get size(): number {
    return this.items.length;
  }

  first(): HeapEvent | undefined {
    return this.items[0];
  }

  push(event: HeapEvent): void {
    const { items } = this;
    let at = items.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (isBefore(items[parent]!, event)) break;
      items[at] = items[parent]!;
      at = parent;
    }
    items[at] = event;
  }

  /** Takes the first event out. */
  pop(): HeapEvent | undefined {
    const { items } = this;
    const top = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && isBefore(items[child + 1]!, items[child]!)) child++;
      if (isBefore(last, items[child]!)) break;
      items[at] = items[child]!;
      at = child;
    }
    items[at] = last;
    return top;
  }
}

function isBefore(a: HeapEvent, b: HeapEvent): boolean {
  return a.at < b.at || (a.at === b.at && a.tie < b.tie);
}
