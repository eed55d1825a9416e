/** Demand, credit and what is under way. */
import { describe, expect, it } from "vitest";
import { SendPlan, type Resolve } from "#engine/machines/sendPlan.ts";
import type { Demand, Want } from "#engine/protocol/clientMessages.ts";

const key = "0".repeat(32);
const other = "1".repeat(32);
const resolve: Resolve = (_track, variant) =>
  variant === "original"
    ? { key, end: 1000 }
    : variant === "warm@80"
      ? { key: other, end: Infinity }
      : undefined;

const want = (from: number, until: number, more: Partial<Want> = {}): Want => ({
  track: "a",
  variant: "original",
  lane: "urgent",
  from,
  until,
  ...more,
});
const demandOf = (demand: number, received: number, wants: readonly Want[]): Demand => ({
  type: "demand",
  demand,
  received,
  playing: true,
  rate: 100,
  wants: [...wants],
  holds: [],
});
const lacking = (plan: SendPlan, lane: "urgent" | "bulk" = "urgent") =>
  plan.lacking(lane, resolve).map(({ from, until }) => [from, until]);
const credit = { urgent: 1000, bulk: 500 };

describe("demand", () => {
  it("replaces the one before", () => {
    const plan = new SendPlan(credit);
    plan.take(demandOf(0, 0, [want(0, 100)]));
    plan.take(demandOf(1, 0, [want(500, 600)]));
    expect(lacking(plan)).toEqual([[500, 600]]);
  });

  it("that claims slices which were never sent is impossible", () => {
    const plan = new SendPlan(credit);
    expect(plan.take(demandOf(0, 1, []))).toBe("impossible");
  });

  it("is cut at the end of the track, and waits where nothing is known yet", () => {
    const plan = new SendPlan(credit);
    plan.take(demandOf(0, 0, [want(900, 5000), want(0, 10, { variant: "punchy@5" })]));
    expect(lacking(plan)).toEqual([[900, 1000]]);
  });

  it("keeps its order, lane by lane", () => {
    const plan = new SendPlan(credit);
    plan.take(demandOf(0, 0, [want(300, 400), want(50, 60, { lane: "bulk" }), want(100, 200)]));
    expect(lacking(plan)).toEqual([
      [300, 400],
      [100, 200],
    ]);
    expect(lacking(plan, "bulk")).toEqual([[50, 60]]);
  });

  it("is withdrawn by a cancel, and so are those before it", () => {
    const plan = new SendPlan(credit);
    plan.take(demandOf(3, 0, [want(0, 100)]));
    plan.cancel(2);
    expect(lacking(plan)).toEqual([[0, 100]]);
    plan.cancel(4);
    expect(lacking(plan)).toEqual([]);
    expect(plan.take(demandOf(5, 0, [want(0, 100)]))).toBe("taken");
  });
});

describe("what is under way", () => {
  it("is not sent again, not even on the other lane", () => {
    const plan = new SendPlan(credit);
    plan.take(demandOf(0, 0, [want(0, 300), want(0, 400, { lane: "bulk" })]));
    plan.sent("urgent", key, { from: 100, until: 200 }, 80);
    expect(lacking(plan)).toEqual([
      [0, 100],
      [200, 300],
    ]);
    expect(lacking(plan, "bulk")).toEqual([
      [0, 100],
      [200, 400],
    ]);
  });

  it("stays so after a demand that was written before it arrived", () => {
    const plan = new SendPlan(credit);
    plan.take(demandOf(0, 0, [want(0, 300)]));
    plan.sent("urgent", key, { from: 0, until: 100 }, 80);
    plan.sent("urgent", key, { from: 100, until: 200 }, 80);
    plan.take(demandOf(1, 1, [want(100, 300)]));
    expect(lacking(plan)).toEqual([[200, 300]]);
  });

  it("is sent again when it had arrived and is wanted all the same: the player dropped it", () => {
    const plan = new SendPlan(credit);
    plan.take(demandOf(0, 0, [want(0, 300)]));
    plan.sent("urgent", key, { from: 0, until: 100 }, 80);
    plan.sent("urgent", key, { from: 100, until: 200 }, 80);
    plan.take(demandOf(1, 2, [want(0, 200)]));
    expect(lacking(plan)).toEqual([[0, 200]]);
    expect(plan.slices).toBe(2);
  });

  it("of one rendering says nothing of another", () => {
    const plan = new SendPlan(credit);
    plan.take(demandOf(0, 0, [want(0, 100), want(0, 100, { variant: "warm@80" })]));
    plan.sent("urgent", key, { from: 0, until: 100 }, 80);
    expect(plan.lacking("urgent", resolve)).toMatchObject([{ key: other, from: 0, until: 100 }]);
  });
});

describe("credit", () => {
  it("is cumulative, counted per lane, and never shrinks", () => {
    const plan = new SendPlan(credit);
    plan.sent("urgent", key, { from: 0, until: 10 }, 300);
    expect(plan.creditLeft("urgent")).toBe(700);
    expect(plan.creditLeft("bulk")).toBe(500);
    plan.grant("urgent", 1500);
    expect(plan.creditLeft("urgent")).toBe(1200);
    plan.grant("urgent", 900);
    expect(plan.creditLeft("urgent")).toBe(1200);
  });
});

describe("whether a segment is wanted", () => {
  it("is asked of the demand, whatever was sent", () => {
    const plan = new SendPlan(credit);
    plan.take(demandOf(0, 0, [want(50, 150)]));
    plan.sent("urgent", key, { from: 0, until: 100 }, 80);
    expect(plan.wants(key, { from: 0, until: 100 }, resolve)).toBe(true);
    expect(plan.wants(key, { from: 150, until: 250 }, resolve)).toBe(false);
    expect(plan.wants(other, { from: 0, until: 100 }, resolve)).toBe(false);
  });

  it("is not so because somebody asks what became of its rendition: that wants no frames", () => {
    const plan = new SendPlan(credit);
    plan.take(demandOf(0, 0, [want(50, 50)]));
    expect(plan.wants(key, { from: 0, until: 100 }, resolve)).toBe(false);
  });
});
