import type { MemoryGauge } from "#engine/ports/memoryGauge.ts";
import { levelTeller } from "#engine/ports/memoryGauge.ts";

/** `performance.memory`, which only Chromium has. What a tab takes outside its heap is not in it, and no browser tells
 *  how much of the machine is left: `measureUserAgentSpecificMemory` needs cross-origin isolation, a
 *  `PressureObserver` knows the processor only. What the device has is told once, with `page/open`. */
type Heap = { readonly usedJSHeapSize: number; readonly jsHeapSizeLimit: number };

export type HeapGaugeConfig = {
  /** the heap as it is; undefined where the browser does not tell */
  readonly heap: () => Heap | undefined;
  /** ms between two looks */
  readonly everyMs: number;
};
const defaults: HeapGaugeConfig = {
  heap: () => (performance as { memory?: Heap }).memory,
  everyMs: 2000,
};

/** Weighs what the scripts of the page worker's process hold against what they may. Where the browser does
 *  not tell, it says nothing, ever. */
export function createHeapGauge(config: Partial<HeapGaugeConfig> = {}): MemoryGauge {
  const { heap, everyMs } = { ...defaults, ...config };
  return (_request, emit) => {
    if (!heap()) return () => {};
    const tell = levelTeller(emit);
    const timer = setInterval(() => {
      const { usedJSHeapSize, jsHeapSizeLimit } = heap()!;
      tell(usedJSHeapSize / jsHeapSizeLimit);
    }, everyMs);
    return () => clearInterval(timer);
  };
}
