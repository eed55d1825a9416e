/** Mean and standard deviation of a stream of values, in one pass and constant memory (Welford,
 *  Technometrics 4, 1962). */
export class RunningSpread {
  #count = 0;
  #mean = 0;
  #squares = 0;

  add(value: number): void {
    this.#count++;
    const off = value - this.#mean;
    this.#mean += off / this.#count;
    this.#squares += off * (value - this.#mean);
  }

  get count(): number {
    return this.#count;
  }

  /** 0 of nothing. */
  get mean(): number {
    return this.#mean;
  }

  /** Of the population; 0 of fewer than two values. */
  deviation(): number {
    return this.#count < 2 ? 0 : Math.sqrt(Math.max(0, this.#squares / this.#count));
  }
}
