/** The send plan against a list of every slice that was ever sent, searched frame by frame. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { SendPlan, type Resolve } from "#engine/machines/sendPlan.ts";
import type { Demand, Want } from "#engine/protocol/clientMessages.ts";
import type { Lane } from "#engine/protocol/limits.ts";
import { runAgainstModel, type Step } from "./runAgainstModel.ts";

const lanes = ["urgent", "bulk"] as const;
const variants = ["original", "warm@80", "punchy@5"] as const;
const credit = { urgent: 300, bulk: 100 };
const end = 24;

/** One rendering ends at a known frame, one has no end yet, one is not known at all. */
const resolve: Resolve = (_track, variant) =>
  variant === "original"
    ? { key: "0", end }
    : variant === "warm@80"
      ? { key: "1", end: Number.POSITIVE_INFINITY }
      : undefined;

type Sent = { readonly key: string; readonly from: number; readonly until: number };

class Journal {
  readonly sent: Sent[] = [];
  readonly spent: Record<Lane, number> = { urgent: 0, bulk: 0 };
  readonly granted: Record<Lane, number> = { ...credit };
  demand: Demand | undefined;
  /** slices that the newest demand had seen */
  received = 0;

  take(demand: Demand) {
    if (demand.received > this.sent.length) return "impossible";
    this.demand = demand;
    this.received = Math.max(this.received, demand.received);
    return "taken";
  }
  cancel(number: number): void {
    if (this.demand && this.demand.demand <= number) this.demand = undefined;
  }
  /** Runs of wanted frames that no slice after the received ones carries. */
  lacking(lane: Lane) {
    const underWay = this.sent.slice(this.received);
    return (this.demand?.wants ?? [])
      .filter((want) => want.lane === lane)
      .flatMap((want) => {
        const rendering = resolve(want.track, want.variant);
        if (!rendering) return [];
        const { key } = rendering;
        const runs: { key: string; from: number; until: number; want: Want }[] = [];
        for (let frame = want.from; frame < Math.min(want.until, rendering.end); frame++) {
          if (underWay.some((each) => each.key === key && isIn(each, frame))) continue;
          const run = runs.at(-1);
          if (run?.until === frame) run.until++;
          else runs.push({ key, from: frame, until: frame + 1, want });
        }
        return runs;
      });
  }
  wants(key: string, from: number, until: number): boolean {
    return (this.demand?.wants ?? []).some((want) => {
      if (resolve(want.track, want.variant)?.key !== key) return false;
      for (let frame = from; frame < until; frame++) if (isIn(want, frame)) return true;
      return false;
    });
  }
}

const isIn = ({ from, until }: { from: number; until: number }, frame: number) =>
  frame >= from && frame < until;

const span = fc
  .tuple(fc.nat(30), fc.integer({ min: 1, max: 12 }))
  .map(([from, length]) => ({ from, until: from + length }));
const wanted = fc
  .tuple(fc.constantFrom(...variants), fc.constantFrom(...lanes), fc.nat(30), fc.nat(12))
  .map(([variant, lane, from, length]): Want => ({
    track: "t",
    variant,
    lane,
    from,
    until: from + length,
  }));
const keys = fc.constantFrom("0", "1");
type PlanStep = Step<Journal, SendPlan>;

/** @param unheard slices that this demand has not seen yet; −1 claims one too many */
function demandOf(number: number, sent: number, unheard: number, wants: readonly Want[]): Demand {
  const received = Math.max(0, sent - unheard);
  const rest = { playing: true, rate: 100, holds: [], wants: [...wants] };
  return { type: "demand", demand: number, received, ...rest };
}

const steps: fc.Arbitrary<PlanStep>[] = [
  fc
    .tuple(
      fc.integer({ min: -1, max: 2 }),
      fc.integer({ min: -1, max: 4 }),
      fc.array(wanted, { maxLength: 4 }),
    )
    .map(([newer, unheard, wants]) => ({
      text: `take(newest ${newer}, ${unheard} unheard, ${JSON.stringify(wants)})`,
      real: (plan) => plan.take(demandOf(newestOf(plan) + newer, plan.slices, unheard, wants)),
      model: (journal) =>
        journal.take(
          demandOf((journal.demand?.demand ?? 0) + newer, journal.sent.length, unheard, wants),
        ),
    })),
  fc.integer({ min: -1, max: 1 }).map((newer) => ({
    text: `cancel(newest ${newer})`,
    real: (plan) => plan.cancel(newestOf(plan) + newer),
    model: (journal) => journal.cancel((journal.demand?.demand ?? 0) + newer),
  })),
  fc.tuple(fc.constantFrom(...lanes), fc.nat(900)).map(([lane, granted]) => ({
    text: `grant(${lane} ${granted})`,
    real: (plan) => plan.grant(lane, granted),
    model: (journal) => void (journal.granted[lane] = Math.max(journal.granted[lane], granted)),
  })),
  fc.tuple(fc.constantFrom(...lanes), keys, span, fc.nat(60)).map(([lane, key, each, bytes]) => ({
    text: `sent(${lane} ${key} ${each.from}–${each.until}, ${bytes} bytes)`,
    real: (plan) => plan.sent(lane, key, each, bytes),
    model: (journal) => {
      journal.sent.push({ key, ...each });
      journal.spent[lane] += bytes;
    },
  })),
  fc.tuple(keys, span).map(([key, each]) => ({
    text: `wants(${key} ${each.from}–${each.until})`,
    real: (plan) => plan.wants(key, each, resolve),
    model: (journal) => journal.wants(key, each.from, each.until),
  })),
];

const newestOf = (plan: SendPlan) => plan.demand?.demand ?? 0;

it("the send plan sends what is wanted and not under way, within credit, newest demand only", () => {
  const outcomes = runAgainstModel<Journal, SendPlan>({
    setup: () => ({ model: new Journal(), real: new SendPlan(credit) }),
    steps,
    look: (plan) => [
      plan.demand,
      plan.slices,
      { ...plan.spent },
      lanes.map((lane) => [plan.creditLeft(lane), plan.lacking(lane, resolve)]),
    ],
    expected: (journal) => [
      journal.demand,
      journal.sent.length,
      journal.spent,
      lanes.map((lane) => [journal.granted[lane] - journal.spent[lane], journal.lacking(lane)]),
    ],
    seed: 8,
    runs: 250,
    stepsMax: 40,
  });
  expect([...outcomes.keys()]).toEqual([
    "cancel: done",
    "grant: done",
    "sent: done",
    "take: impossible",
    "take: taken",
    "wants: false",
    "wants: true",
  ]);
});
