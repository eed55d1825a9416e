/** The ledger against a list per tier, in the order in which each was used last. */
import fc from "fast-check";
import { expect, it } from "vitest";
import {
  Ledger,
  ledgerTiers,
  type LedgerTier,
  type Room,
  type Standing,
} from "#engine/machines/ledger.ts";
import { runAgainstModel, type Step } from "./runAgainstModel.ts";

type Entry = {
  readonly id: string;
  readonly bytes: number;
  readonly since: number;
  standing: Standing;
  leases: number;
};

/** no budget is ever larger */
const widest = 120;
const budgets = { hot: 100, warm: 70, disk: 60 };
const ids = ["a", "b", "c", "d", "e"];

/** Books that are added up anew for every question. */
class Books {
  readonly entries: Record<LedgerTier, Entry[]> = { hot: [], warm: [], disk: [] };
  readonly budget: Record<LedgerTier, number> = { ...budgets };

  bytes(tier: LedgerTier): number {
    return total(this.entries[tier]);
  }
  find(tier: LedgerTier, id: string): Entry | undefined {
    return this.entries[tier].find((entry) => entry.id === id);
  }

  /** The fewest, longest unused first, whose going makes room beside what goes already. */
  makeRoom(tier: LedgerTier, bytes: number): Room {
    const entries = this.entries[tier];
    const { budget } = this;
    if (total(entries) + bytes <= budget[tier]) return { type: "fits" };
    const staying = entries.filter(({ standing }) => standing !== "leaving");
    const idle = staying.filter(({ standing, leases }) => standing === "held" && leases === 0);
    for (let few = 0; few <= idle.length; few++) {
      const going = idle.slice(0, few);
      if (total(staying) - total(going) + bytes > budget[tier]) continue;
      for (const entry of going) entry.standing = "leaving";
      return { type: "leaving", ids: going.map(({ id }) => id) };
    }
    return { type: "full" };
  }
  /** The fewest, longest unused first, whose going brings what stays within the budget; all that can, when
   *  that is not enough. */
  trim(tier: LedgerTier): readonly string[] {
    const ids: string[] = [];
    for (const entry of this.entries[tier]) {
      const staying = this.entries[tier].filter(({ standing }) => standing !== "leaving");
      if (total(staying) <= this.budget[tier]) break;
      if (entry.standing !== "held" || entry.leases > 0) continue;
      entry.standing = "leaving";
      ids.push(entry.id);
    }
    return ids;
  }
  reserve(tier: LedgerTier, id: string, bytes: number, since: number, standing: Standing) {
    if (this.find(tier, id) || this.bytes(tier) + bytes > this.budget[tier]) return "throws";
    this.entries[tier].push({ id, bytes, since, standing, leases: 0 });
    return undefined;
  }
  adopt(tier: LedgerTier, id: string, bytes: number, since: number) {
    if (this.bytes(tier) + bytes > this.budget[tier]) return false;
    return this.reserve(tier, id, bytes, since, "held") ?? true;
  }
  gone(tier: LedgerTier, id: string) {
    const entry = this.find(tier, id);
    if (!entry || entry.standing === "held") return "throws";
    this.entries[tier] = this.entries[tier].filter((each) => each !== entry);
    return undefined;
  }
  move(from: LedgerTier, to: LedgerTier, id: string) {
    const entry = this.find(from, id);
    if (!entry || entry.standing === "leaving" || from === to || this.find(to, id)) return "throws";
    if (this.bytes(to) + entry.bytes > this.budget[to]) return "throws";
    this.entries[from] = this.entries[from].filter((each) => each !== entry);
    this.entries[to].push(entry);
    return undefined;
  }
  touch(tier: LedgerTier, id: string) {
    const entry = this.find(tier, id);
    if (!entry) return "throws";
    this.entries[tier] = [...this.entries[tier].filter((each) => each !== entry), entry];
    return undefined;
  }
  /** Changes an entry if it may be changed so. */
  change(tier: LedgerTier, id: string, may: (entry: Entry) => boolean, by: Partial<Entry>) {
    const entry = this.find(tier, id);
    if (!entry || !may(entry)) return "throws";
    Object.assign(entry, by);
    return undefined;
  }
  /** As `change`, and what became free to go by it was used until now. */
  use(tier: LedgerTier, id: string, may: (entry: Entry) => boolean, by: Partial<Entry>) {
    return this.change(tier, id, may, by) ?? this.touch(tier, id);
  }
}

const isIdle = ({ standing, leases }: Entry) => standing === "held" && leases === 0;

const total = (entries: readonly Entry[]) => entries.reduce((sum, { bytes }) => sum + bytes, 0);

const tiers = fc.constantFrom(...ledgerTiers);
const name = fc.constantFrom(...ids);
const size = fc.integer({ min: 1, max: 50 });
const time = fc.nat(4);
type LedgerStep = Step<Books, Ledger>;

/** A step that names one entry. */
function onEntry(
  what: string,
  real: (ledger: Ledger, tier: LedgerTier, id: string) => unknown,
  model: (books: Books, tier: LedgerTier, id: string) => unknown,
): fc.Arbitrary<LedgerStep> {
  return fc.tuple(tiers, name).map(([tier, id]) => ({
    text: `${what}(${tier} ${id})`,
    real: (ledger) => real(ledger, tier, id),
    model: (books) => model(books, tier, id),
  }));
}

const steps: fc.Arbitrary<LedgerStep>[] = [
  fc.tuple(tiers, fc.integer({ min: 20, max: widest })).map(([tier, bytes]) => ({
    text: `resize(${tier} ${bytes}), trim`,
    real: (ledger) => {
      ledger.resize(tier, bytes);
      return ledger.trim(tier);
    },
    model: (books) => {
      books.budget[tier] = bytes;
      return books.trim(tier);
    },
  })),
  fc.tuple(tiers, fc.integer({ min: 1, max: 110 })).map(([tier, bytes]) => ({
    text: `makeRoom(${tier} ${bytes})`,
    real: (ledger) => ledger.makeRoom(tier, bytes),
    model: (books) => books.makeRoom(tier, bytes),
  })),
  fc.tuple(tiers, name, size, time).map(([tier, id, bytes, since]) => ({
    text: `reserve(${tier} ${id} ${bytes}, since ${since})`,
    real: (ledger) => ledger.reserve(tier, id, bytes, since),
    model: (books) => books.reserve(tier, id, bytes, since, "reserved"),
  })),
  fc.tuple(tiers, name, size, time).map(([tier, id, bytes, since]) => ({
    text: `adopt(${tier} ${id} ${bytes}, since ${since})`,
    real: (ledger) => ledger.adopt(tier, id, bytes, since),
    model: (books) => books.adopt(tier, id, bytes, since),
  })),
  onEntry(
    "hold",
    (ledger, tier, id) => ledger.hold(tier, id),
    (books, tier, id) =>
      books.use(tier, id, (entry) => entry.standing === "reserved", { standing: "held" }),
  ),
  onEntry(
    "leave",
    (ledger, tier, id) => ledger.leave(tier, id),
    (books, tier, id) =>
      books.change(tier, id, (entry) => entry.standing === "held" && entry.leases === 0, {
        standing: "leaving",
      }),
  ),
  onEntry(
    "gone",
    (ledger, tier, id) => ledger.gone(tier, id),
    (books, tier, id) => books.gone(tier, id),
  ),
  onEntry(
    "lease",
    (ledger, tier, id) => ledger.lease(tier, id),
    (books, tier, id) =>
      books.change(tier, id, (entry) => entry.standing !== "leaving", {
        leases: (books.find(tier, id)?.leases ?? 0) + 1,
      }),
  ),
  onEntry(
    "release",
    (ledger, tier, id) => ledger.release(tier, id),
    (books, tier, id) =>
      books.use(tier, id, (entry) => entry.leases > 0, {
        leases: (books.find(tier, id)?.leases ?? 0) - 1,
      }),
  ),
  fc.tuple(tiers, tiers, name).map(([from, to, id]) => ({
    text: `move(${from} to ${to}, ${id})`,
    isAllowed: () => from !== to,
    real: (ledger) => ledger.move(from, to, id),
    model: (books) => books.move(from, to, id),
  })),
  onEntry(
    "touch",
    (ledger, tier, id) => ledger.touch(tier, id),
    (books, tier, id) => books.touch(tier, id),
  ),
];

it("the ledger books what a list would, within its budgets, and lets nothing go that is leased", () => {
  const outcomes = runAgainstModel<Books, Ledger>({
    setup: () => ({ model: new Books(), real: new Ledger(budgets) }),
    steps,
    look: (ledger) => [
      ledger.leaseCount(),
      ...ledgerTiers.map((tier) => ({
        bytes: ledger.bytes(tier),
        recount: ledger.recount(tier),
        isWithin: ledger.bytes(tier) <= widest,
        ids: ledger.ids(tier).toSorted(),
        inOrderOfUse: ledger.idle(tier),
        hasIdle: ledger.hasIdle(tier),
        hasRoom: [10, 40].map((bytes) => ledger.fits(tier, bytes)),
        old: ledger.olderThan(tier, 2),
        each: ids.map((id) => [
          ledger.standing(tier, id),
          ledger.leases(tier, id),
          ledger.standing(tier, id) === undefined ? null : ledger.size(tier, id),
        ]),
      })),
    ],
    expected: ({ entries, budget }) => [
      ledgerTiers.flatMap((tier) => entries[tier]).reduce((sum, { leases }) => sum + leases, 0),
      ...ledgerTiers.map((tier) => ({
        bytes: total(entries[tier]),
        recount: total(entries[tier]),
        isWithin: true,
        ids: entries[tier].map(({ id }) => id).toSorted(),
        inOrderOfUse: entries[tier].filter(isIdle).map(({ id }) => id),
        hasIdle: entries[tier].some(isIdle),
        hasRoom: [10, 40].map((bytes) => total(entries[tier]) + bytes <= budget[tier]),
        old: entries[tier]
          .filter(({ standing, leases, since }) => standing === "held" && leases === 0 && since < 2)
          .map(({ id }) => id),
        each: ids.map((id) => {
          const entry = entries[tier].find((each) => each.id === id);
          return entry ? [entry.standing, entry.leases, entry.bytes] : [undefined, 0, null];
        }),
      })),
    ],
    seed: 1,
    runs: 400,
    stepsMax: 80,
  });
  expect([...outcomes.keys()]).toEqual([
    "adopt: false",
    "adopt: throws",
    "adopt: true",
    "gone: done",
    "gone: throws",
    "hold: done",
    "hold: throws",
    "lease: done",
    "lease: throws",
    "leave: done",
    "leave: throws",
    "makeRoom: fits",
    "makeRoom: full",
    "makeRoom: leaving",
    "move: done",
    "move: throws",
    "release: done",
    "release: throws",
    "reserve: done",
    "reserve: throws",
    "resize: none",
    "resize: some",
    "touch: done",
    "touch: throws",
  ]);
});
