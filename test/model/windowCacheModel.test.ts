/** The window cache against single frames, each of which knows the slice it came in. Its spans are
 *  checked against the sets of frame ranges that the host's side keeps of the same frames. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { addSpan, missingSpans, type Span } from "#engine/machines/frameRanges.ts";
import { WindowCache } from "#engine/machines/windowCache.ts";
import { runAgainstModel, type Step } from "./runAgainstModel.ts";

const mono = "0".repeat(32);
const stereo = "1".repeat(32);
const channelsOf = (key: string) => (key === stereo ? 2 : 1);
const last = 48;
const everyFrame = Array.from({ length: last + 12 }, (_, frame) => frame);

/** `slice`: number of the held slice, whole, that goes when none of its frames is wanted */
type Frame = { readonly samples: readonly number[]; readonly slice: number };

class Frames {
  readonly held: Record<string, Map<number, Frame>> = { [mono]: new Map(), [stereo]: new Map() };
  slices = 0;

  /** Frames that are there stay as they came; the others come in as one slice between each two of them. */
  add(key: string, start: number, frames: number, take: number): number {
    const held = this.held[key]!;
    let added = 0;
    for (let frame = start; frame < start + frames; frame++) {
      if (held.has(frame)) this.slices++;
      else {
        held.set(frame, { samples: samplesOf(key, frame, take), slice: this.slices });
        added++;
      }
    }
    this.slices++;
    return added;
  }
  /** @returns bytes freed */
  trim(key: string, wanted: readonly Span[]): number {
    const held = this.held[key]!;
    const staying = new Set(
      [...held].filter(([frame]) => isIn(wanted, frame)).map(([, { slice }]) => slice),
    );
    const going = [...held].filter(([, { slice }]) => !staying.has(slice));
    for (const [frame] of going) held.delete(frame);
    return going.length * channelsOf(key) * 2;
  }
  bytes(): number {
    return (this.held[mono]!.size + this.held[stereo]!.size * 2) * 2;
  }
  /** Runs of frames below `end` for which it holds. */
  runs(from: number, until: number, holds: (frame: number) => boolean): Span[] {
    const runs: { from: number; until: number }[] = [];
    for (let frame = from; frame < until; frame++) {
      if (!holds(frame)) continue;
      const run = runs.at(-1);
      if (run?.until === frame) run.until++;
      else runs.push({ from: frame, until: frame + 1 });
    }
    return runs;
  }
}

const isIn = (spans: readonly Span[], frame: number) =>
  spans.some(({ from, until }) => frame >= from && frame < until);

/** What `take` says of a frame; two takes of one frame differ, so that it is seen which is held. */
const samplesOf = (key: string, frame: number, take: number) =>
  Array.from({ length: channelsOf(key) }, (_, channel) => frame * 100 + take * 2 + channel);

const keys = fc.constantFrom(mono, stereo);
const span = fc
  .tuple(fc.nat(last), fc.integer({ min: 1, max: 24 }))
  .map(([from, length]): Span => ({ from, until: from + length }));
type CacheStep = Step<Frames, WindowCache>;
const told = ({ from, until }: Span) => `${from}–${until}`;

const steps: fc.Arbitrary<CacheStep>[] = [
  fc
    .tuple(keys, fc.nat(last), fc.integer({ min: 1, max: 12 }), fc.nat(40))
    .map(([key, start, frames, take]) => ({
      text: `add(${key[0]} ${start} + ${frames}, take ${take})`,
      real: (cache) => {
        const each = Array.from({ length: frames }, (_, at) => samplesOf(key, start + at, take));
        const samples = Int16Array.from(each.flat());
        return cache.add(key, { start, frames, channels: channelsOf(key), samples });
      },
      model: (model) => model.add(key, start, frames, take),
    })),
  fc.tuple(keys, fc.array(span, { minLength: 1, maxLength: 2 })).map(([key, wanted]) => ({
    text: `trim(${key[0]} to ${wanted.map(told).join(" ")})`,
    real: (cache) => cache.trim(key, wanted),
    model: (model) => model.trim(key, wanted),
  })),
  keys.map((key) => ({
    text: `drop(${key[0]})`,
    real: (cache) => cache.drop(key),
    model: (model) => model.trim(key, []),
  })),
  fc.tuple(keys, span).map(([key, asked]) => ({
    text: `gaps(${key[0]} ${told(asked)})`,
    real: (cache) => cache.gaps(key, asked.from, asked.until),
    model: (model) => model.runs(asked.from, asked.until, (frame) => !model.held[key]!.has(frame)),
  })),
  fc.tuple(keys, span).map(([key, asked]) => ({
    text: `heldUntil(${key[0]} ${told(asked)})`,
    real: (cache) => cache.heldUntil(key, asked.from, asked.until),
    model: (model) => {
      let frame = asked.from;
      while (frame < asked.until && model.held[key]!.has(frame)) frame++;
      return frame;
    },
  })),
];

/** Frame `frame` as the cache gives it back. */
function readBack(cache: WindowCache, key: string, frame: number): readonly number[] | null {
  const slice = cache.at(key, frame);
  if (!slice) return null;
  const at = (frame - slice.start) * slice.channels;
  return [...slice.samples.subarray(at, at + slice.channels)];
}

it("the window cache gives back frame for frame what came in, and counts its bytes", () => {
  const outcomes = runAgainstModel<Frames, WindowCache>({
    setup: () => ({ model: new Frames(), real: new WindowCache() }),
    steps,
    look: (cache) => ({
      bytes: cache.bytes,
      recount: cache.recount(),
      keys: cache.keys().toSorted(),
      each: [mono, stereo].map((key) => [
        cache.runs(key),
        everyFrame.map((frame) => readBack(cache, key, frame)),
      ]),
    }),
    expected: (model) => ({
      bytes: model.bytes(),
      recount: model.bytes(),
      keys: [mono, stereo].filter((key) => model.held[key]!.size > 0),
      each: [mono, stereo].map((key) => [
        model.runs(0, everyFrame.length, (frame) => model.held[key]!.has(frame)),
        everyFrame.map((frame) => model.held[key]!.get(frame)?.samples ?? null),
      ]),
    }),
    seed: 3,
    runs: 250,
    stepsMax: 40,
  });
  expect([...outcomes.keys()]).toEqual([
    "add: none",
    "add: some",
    "drop: none",
    "drop: some",
    "gaps: none",
    "gaps: some",
    "heldUntil: none",
    "heldUntil: some",
    "trim: none",
    "trim: some",
  ]);
});

type Ranges = { spans: readonly Span[] };

it("frame ranges are the set of frames that were added, told in as few spans as can be", () => {
  const anySpan = fc
    .tuple(fc.nat(last), fc.nat(12))
    .map(([from, length]): Span => ({ from, until: from + length }));
  const outcomes = runAgainstModel<Set<number>, Ranges>({
    setup: () => ({ model: new Set(), real: { spans: [] } }),
    steps: [
      anySpan.map((each) => ({
        text: `addSpan(${told(each)})`,
        real: (ranges) => {
          const before = ranges.spans;
          ranges.spans = addSpan(before, each);
          return ranges.spans.length > 0;
        },
        model: (set) => {
          for (let frame = each.from; frame < each.until; frame++) set.add(frame);
          return set.size > 0;
        },
      })),
      anySpan.map((asked) => ({
        text: `missingSpans(${told(asked)})`,
        real: ({ spans }) => missingSpans(spans, asked),
        model: (set) => new Frames().runs(asked.from, asked.until, (frame) => !set.has(frame)),
      })),
    ],
    look: ({ spans }) => spans,
    expected: (set) => new Frames().runs(0, everyFrame.length, (frame) => set.has(frame)),
    seed: 4,
    runs: 300,
    stepsMax: 24,
  });
  expect([...outcomes.keys()]).toEqual([
    "addSpan: false",
    "addSpan: true",
    "missingSpans: none",
    "missingSpans: some",
  ]);
});
