import assert from "node:assert/strict";
import { it } from "vitest";
import type { TrackEvent } from "#engine/machines/trackEvents.ts";
import { isBeingPrepared } from "#engine/machines/trackContext.ts";
import { trackProcessorMachine } from "#engine/machines/trackProcessor.machine.ts";
import type { TrackOrders } from "#engine/machines/trackOrders.ts";
import type { VariantBook } from "#engine/machines/variantBook.ts";
import type { TrackSource } from "#engine/ports/catalogue.ts";
import type { SourceInfo } from "#engine/ports/decoder.ts";
import { fault } from "#engine/protocol/faults.ts";
import { frames } from "#engine/protocol/geometry.ts";
import { reportCoverage } from "./coverage.ts";
import { walkWithParts, type Step } from "./walkMachine.ts";

type Machine = ReturnType<typeof trackProcessorMachine>;
type Order = { readonly name: keyof TrackOrders; readonly given: readonly unknown[] };
type Parts = { readonly orders: readonly Order[] } & Pick<
  ReturnType<typeof madeBook>,
  "book" | "known" | "sought" | "editions"
>;
/** What the shell knows: the jobs that run, and who holds what. */
type World = {
  readonly jobs: readonly ("check" | "follow" | "decode" | "fingerprint")[];
  readonly measuring: string | null;
  readonly takers: number;
  readonly asked: readonly string[];
  /** it was looked for on disk in vain, and is being made */
  readonly isAnalysed: boolean;
};
type TrackStep = Step<Machine, Parts, World>;

const serial = 7;
/** the loudness of the first is stored on disk, that of the second has to be measured */
const variants = ["warm@80", "punchy@5"] as const;
const info: SourceInfo = {
  sourceId: "5".repeat(32),
  pcmPath: "a",
  rate: 1000,
  channels: 1,
  format: "s16",
  framesHint: frames(100),
};
const source: TrackSource = {
  id: "t",
  path: "/t.wav",
  signature: "1",
  format: "wav",
  framesHint: 100,
  rateHint: 1000,
};
const why = fault("file-corrupt", "broken");
const lost = fault("worker-lost", "gone");
const changed = fault("source-changed", "another");

/** A variant book that needs no fingerprint. What `measure` found is known when it is asked again. */
function madeBook() {
  const asked: string[] = [];
  const known = new Set<string>();
  const sought = new Set<string>();
  let under: { readonly variant: string; readonly isDecoded: boolean } | null = null;
  let editions = 0;
  const book: Pick<VariantBook, "ask" | "leave" | "isAsked" | "nextToMeasure" | "takeEdition"> = {
    // the first edition that is taken has other plans, those after it the same
    takeEdition: () => {
      if (++editions !== 1) return false;
      known.clear();
      sought.clear();
      return true;
    },
    ask: (variant) => void asked.push(variant),
    leave: (variant) => void asked.splice(asked.lastIndexOf(variant), 1),
    isAsked: (variant) => asked.includes(variant),
    nextToMeasure: (isDecoded) => {
      if (under) {
        if (under.isDecoded || under.variant === variants[0]) known.add(under.variant);
        else sought.add(under.variant);
        under = null;
      }
      return [...new Set(asked.toReversed())].find(
        (each) => each !== "original" && !known.has(each) && (isDecoded || !sought.has(each)),
      ) as ReturnType<VariantBook["nextToMeasure"]>;
    },
  };
  return {
    book: book as VariantBook,
    known,
    sought,
    editions: () => editions,
    begin: (variant: string, isDecoded: boolean) => void (under = { variant, isDecoded }),
    cancel: () => void (under = null),
  };
}

/** parts of the processor that is being walked; all of them have one machine, as in a host */
let current: Parts & { readonly measured: ReturnType<typeof madeBook> };
const note =
  (name: keyof TrackOrders) =>
  (...given: readonly unknown[]): void =>
    void (current.orders as Order[]).push({ name, given });
const machine = trackProcessorMachine(30, (asked) => {
  // −1 before it is opened: its shell does that at once, but the walk lets time pass even so
  assert.ok(asked === serial || asked === -1);
  return { book: current.book, orders };
});
const orders: TrackOrders = {
  check: note("check"),
  follow: note("follow"),
  decode: note("decode"),
  seekFingerprint: note("seekFingerprint"),
  analyse: note("analyse"),
  measure: (of, total, variant) => {
    note("measure")(of, total, variant);
    current.measured.begin(variant, total !== null);
  },
  cancelMeasure: () => {
    note("cancelMeasure")();
    current.measured.cancel();
  },
  cancelAll: note("cancelAll"),
  close: note("close"),
};

function begin() {
  const measured = madeBook();
  current = { ...measured, measured, orders: [] };
  return { machine, parts: current };
}

/** Each job reports what its port may report, in its order; users do as they like. */
function events({ snapshot, parts, watched }: TrackStep["after"]): readonly TrackEvent[] {
  const { jobs, measuring, takers, asked, isAnalysed } = watched;
  if (snapshot.matches({ use: "closing" })) return [];
  if (snapshot.matches({ life: "closed" })) return [{ type: "track.open", track: "t", serial }];
  const { source: probed, total } = snapshot.context;
  const decoding: readonly TrackEvent[] =
    probed === null
      ? [
          { type: "decode.probed", info, decoded: frames(10), exact: false },
          { type: "decode.probed", info, decoded: frames(100), exact: true },
        ]
      : [
          ...(total === null ? [{ type: "decode.advanced", decoded: frames(50) } as const] : []),
          { type: "decode.finished", total: frames(100) },
        ];
  const analysis: readonly TrackEvent[] = !isAnalysed
    ? [
        { type: "fingerprint.sought", isKnown: true },
        { type: "fingerprint.sought", isKnown: false },
      ]
    : [
        { type: "fingerprint.made" },
        { type: "fingerprint.failed", why },
        { type: "fingerprint.failed", why: lost },
      ];
  return [
    // that there are two is nothing to the track's life
    ...(takers < (snapshot.matches({ life: "probing" }) ? 2 : 1) && snapshot.context.fault === null
      ? [{ type: "track.take" } as const]
      : []),
    // who gives a track back has left its variants before
    ...(takers > 1 || (takers > 0 && asked.length === 0)
      ? [{ type: "track.release" } as const]
      : []),
    { type: "track.giveWay" },
    { type: "track.discard" },
    // one is offered as soon as there are plans
    ...(snapshot.context.fingerprint === "known" && parts.editions() < 2
      ? [{ type: "edition.take" } as const]
      : []),
    ...(snapshot.context.signature === null
      ? []
      : [{ type: "source.changed", why: changed } as const]),
    ...(takers === 0
      ? []
      : variants
          .filter((variant) => !asked.includes(variant))
          .map((variant): TrackEvent => ({ type: "variant.ask", variant }))),
    ...(takers > 0 && snapshot.context.analysisFault && asked.length === 0
      ? [{ type: "variant.ask", variant: "original" } as const]
      : []),
    ...asked.map((variant): TrackEvent => ({ type: "variant.leave", variant: variant as never })),
    ...(jobs.includes("check")
      ? ([
          { type: "source.found", source },
          { type: "source.missing", why },
        ] as const)
      : []),
    ...(jobs.includes("decode") ? [...decoding, { type: "decode.failed", why } as const] : []),
    ...(jobs.includes("fingerprint") ? analysis : []),
    ...(measuring === null
      ? []
      : variants.map((variant): TrackEvent => ({ type: "loudness.known", variant }))),
  ];
}

/** Follows the jobs from what was ordered and what they reported. */
function next({ before, event, after }: TrackStep): World {
  let { jobs, measuring, takers, asked, isAnalysed } = before.watched;
  const end = (name: World["jobs"][number]) => void (jobs = jobs.filter((each) => each !== name));
  if (event.type === "track.take") takers++;
  if (event.type === "track.release") takers--;
  if (event.type === "variant.ask") asked = [...asked, event.variant];
  if (event.type === "variant.leave") asked = asked.filter((each) => each !== event.variant);
  if (event.type === "source.found" || event.type === "source.missing") end("check");
  if (event.type === "decode.finished" || event.type === "decode.failed") end("decode");
  if (event.type.startsWith("fingerprint.")) end("fingerprint");
  if (event.type === "loudness.known" && event.variant === measuring) measuring = null;
  for (const { name, given } of after.parts.orders.slice(before.parts.orders.length)) {
    if (name === "check" || name === "decode" || name === "follow") jobs = [...jobs, name];
    else if (name === "seekFingerprint" || name === "analyse") {
      assert.ok(!jobs.includes("fingerprint"), "one at a time");
      jobs = [...jobs, "fingerprint"];
      if (name === "analyse") isAnalysed = true;
    } else if (name === "measure") {
      assert.equal(measuring, null, "one measurement at a time");
      measuring = given[2] as string;
    } else if (name === "cancelMeasure") measuring = null;
    else {
      jobs = [];
      measuring = null;
    }
  }
  return { jobs, measuring, takers, asked, isAnalysed };
}

function invariants({ before, event, after: { snapshot, parts, watched } }: TrackStep): void {
  // its shell stops the actor when it orders the close
  if (before.snapshot.matches({ use: "closing" })) return;
  const { context } = snapshot;
  const orders = parts.orders.slice(before.parts.orders.length).map(({ name }) => name);
  const all = parts.orders.map(({ name }) => name);
  const count = (name: Order["name"]) => all.filter((each) => each === name).length;
  const life = String(snapshot.value.life);
  const isOver = life === "failed" || life === "expired";
  const wasOver = ["failed", "expired"].includes(String(before.snapshot.value.life));

  // one decode per life; an analysis is made anew only when its worker was lost
  for (const name of ["check", "follow", "decode", "seekFingerprint", "close"] as const)
    assert.ok(count(name) <= 1, name);
  const isAnew = context.failedAnalyses > 0 || event.type === "variant.ask";
  if (orders.includes("analyse") && before.watched.isAnalysed) assert.ok(isAnew, "analysed anew");
  const isFailed = event.type === "fingerprint.failed" && !wasOver;
  if (isFailed && event.why === why) assert.equal(life, "serving", "nothing can be done");
  if (isFailed && event.why === lost) assert.match(life, /recovering|serving/);
  const wasFault = before.snapshot.context.analysisFault;
  if (event.type === "variant.ask" && wasFault && !isOver)
    assert.equal(
      life,
      wasFault.retryable && event.variant !== "original" ? "fingerprinting" : "serving",
    );
  if (life === "recovering" && event.type !== "fingerprint.failed")
    assert.equal(before.snapshot.value.life, life, "a pause");

  // after failed or expired what ran has been cancelled, nothing begins, and the reason is kept
  assert.equal(isOver, context.fault !== null, "a fault is what ends a life");
  if (isOver && (!wasOver || event.type === "source.changed"))
    assert.ok(orders.includes("cancelAll"));
  if (isOver) assert.deepEqual([watched.jobs, watched.measuring], [[], null]);
  if (event.type === "source.changed") assert.equal(life, "expired");

  // users are counted; unused for a while, or in somebody's way, it is closed
  assert.equal(context.takers, watched.takers);
  const isClosing = snapshot.matches({ use: "closing" });
  const wasIdle = before.snapshot.matches({ use: "idle" });
  const isClosed =
    wasIdle &&
    (/\.after\.idle\./.test(event.type) ||
      event.type === "track.discard" ||
      (event.type === "track.giveWay" && isBeingPrepared(before.snapshot.context)));
  assert.equal(isClosing, isClosed, "closing");
  assert.equal(orders.includes("close"), isClosed, "closed once");
  if (!isClosing) assert.equal(snapshot.matches({ use: "leased" }), watched.takers > 0);
  if (isClosing || isOver || life === "closed") return;

  // the states say what they mean
  assert.equal(watched.jobs.includes("check"), life === "probing");
  assert.equal(watched.jobs.includes("follow"), life !== "probing", "its file is followed");
  assert.equal(context.signature !== null, life !== "probing");
  assert.equal(context.source !== null, !["probing", "opening"].includes(life));
  assert.equal(context.total !== null, ["fingerprinting", "recovering", "serving"].includes(life));
  const isAnalysed = context.fingerprint === "known" || context.analysisFault !== null;
  if (life === "serving") assert.ok(isAnalysed);
  if (life === "fingerprinting") {
    assert.ok(!isAnalysed);
    assert.ok(watched.jobs.includes("fingerprint"), "somebody looks for the fingerprint");
  }
  if (life === "opening" || life === "decoding") assert.ok(watched.jobs.includes("decode"));
  assert.equal(isBeingPrepared(context), life !== "serving");

  // what is measured by a plan that is another now is given up
  if (event.type === "edition.take") {
    const isOfOld = parts.editions() === 1 && before.watched.measuring !== null;
    assert.equal(orders.includes("cancelMeasure"), isOfOld, "by the old plan");
  }

  // what is asked for is measured as soon as it can be, and nothing else
  assert.equal(context.measuring, watched.measuring);
  if (watched.measuring !== null) assert.ok(watched.asked.includes(watched.measuring));
  else if (context.fingerprint === "known")
    assert.equal(parts.book.nextToMeasure(context.total !== null), undefined, "left unmeasured");
}

it("an open track is decoded once, analysed until that succeeds or cannot, measures what is asked for, and ends cleanly", () => {
  const walked = walkWithParts<Machine, Parts, World>({
    begin,
    events,
    key: ({ snapshot, parts, watched }) => {
      const { context } = snapshot;
      if (snapshot.matches({ use: "closing" })) return null;
      // nothing is measured of a track that is over
      if (context.fault !== null) return [watched.takers, watched.asked];
      const facts = [context.fingerprint, context.total, context.failedAnalyses];
      const analysis = context.analysisFault?.retryable ?? null;
      return [facts, analysis, watched, [...parts.known], [...parts.sought]];
    },
    watch: {
      initial: { jobs: [], measuring: null, takers: 0, asked: [], isAnalysed: false } as World,
      next,
    },
    invariants,
  });
  reportCoverage(walked);
}, 60_000);
