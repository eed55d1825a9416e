/** Collects what a port emits, and waits for a report by its kind. */
export class Reports<Report> {
  readonly all: Report[] = [];
  private readonly waiting = new Set<() => void>();

  readonly emit = (report: Report): void => {
    this.all.push(report);
    for (const look of [...this.waiting]) look();
  };

  /** The first report that matches, past or future. */
  until(matches: (report: Report) => boolean): Promise<Report> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.all.find(matches);
        if (found === undefined) return;
        this.waiting.delete(look);
        resolve(found);
      };
      this.waiting.add(look);
      look();
    });
  }
}
