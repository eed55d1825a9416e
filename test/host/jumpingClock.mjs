/** Loaded into a host before everything else: its wall clock is ahead by the ms that stand in a file. */
import { readFileSync } from "node:fs";

const place = process.env.SEGUE_TEST_CLOCK;
const Real = Date;
const aheadMs = () => Number(readFileSync(place, "utf8"));
const now = () => Real.now() + aheadMs();

globalThis.Date = class extends Real {
  constructor(...given) {
    if (given.length === 0) super(now());
    else super(...given);
  }
  static now() {
    return now();
  }
};
