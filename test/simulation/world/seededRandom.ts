/** Seeded generator (mulberry32 over a hashed seed): fast, small, good enough to order events.
 *  Forks by name, so that one part drawing more does not shift what the others draw. */
export class SeededRandom {
  private state: number;
  private readonly seed: number;

  /** @param seed any integer */
  constructor(seed: number) {
    this.seed = seed | 0;
    this.state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0;
    for (let i = 0; i < 3; i++) this.next();
  }

  /** A generator of its own, the same for the same seed and name. */
  fork(name: string): SeededRandom {
    return new SeededRandom(hashText(name, this.seed ^ 0x811c9dc5));
  }

  /** unsigned 32-bit integer */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }

  /** uniform in [0, 1) */
  uniform(): number {
    return this.next() / 4294967296;
  }

  /** integer in [0, count) */
  below(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** uniform in [low, high) */
  between(low: number, high: number): number {
    return low + this.uniform() * (high - low);
  }

  chance(share: number): boolean {
    return this.uniform() < share;
  }

  /** @throws RangeError when there is nothing to pick from */
  pick<Item>(items: readonly Item[]): Item {
    if (items.length === 0) throw new RangeError("nothing to pick from");
    return items[this.below(items.length)]!;
  }
}

/** FNV-1a over UTF-16 units. @returns signed 32-bit */
export function hashText(text: string, from = 0x811c9dc5): number {
  let hash = from | 0;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  return hash;
}
