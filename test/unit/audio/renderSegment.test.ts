import { describe, expect, test } from "vitest";
import { neutralPlan } from "#engine/audio/plan.ts";
import { fidelityOf, SegmentRender, sourceRangeFor } from "#engine/audio/renderSegment.ts";
import { frames, resampledLength, segmentCount, segmentRange } from "#engine/protocol/geometry.ts";
import { madeMusic, noise, noiseSource, tone } from "./madeSignals.ts";
import type { Track } from "./madeTracks.ts";
import {
  heavyPlan,
  rate,
  readerOf,
  renderBytes,
  requestOf,
  second,
  segmentsOf,
} from "./madeTracks.ts";

describe("an original", () => {
  const random = noiseSource(21);
  const codes = Int16Array.from({ length: 2 * second(12.3) }, (_, i) =>
    i < 8 ? [-32768, 32767, -32768, 32767, -1, 0, 1, 2][i]! : Math.floor(random() * 32768),
  );
  const track: Track = {
    planar: [0, 1].map((channel) =>
      Float32Array.from({ length: codes.length / 2 }, (_, i) => codes[2 * i + channel]! / 32768),
    ),
    rate,
  };

  test("of a 16-bit source at its own rate is bit-exact over all segments", () => {
    const bytes = Buffer.concat(
      [0, 1].map((index) => renderBytes(requestOf(track, index, null), track)),
    );
    expect(bytes.equals(Buffer.from(codes.buffer))).toBe(true);
  });

  test("round-trips every one of the 65,536 sample values", () => {
    const all = Int16Array.from({ length: 65_536 }, (_, i) => i - 32_768);
    const mono = { planar: [Float32Array.from(all, (x) => x / 32_768)], rate };
    const bytes = renderBytes(requestOf(mono, 0, null), mono);
    expect(bytes.equals(Buffer.from(all.buffer))).toBe(true);
  });

  test("of a float source is dithered: within two steps of it, and not merely rounded", () => {
    const float = { planar: [tone(second(1), rate, 997, 0.3)], rate };
    const bytes = renderBytes(requestOf(float, 0, null, rate, "f32"), float);
    const samples = new Int16Array(Uint8Array.from(bytes).buffer);
    const errors = samples.map((x, i) => Math.round(x - float.planar[0]![i]! * 32_768));
    expect(Math.max(...errors.map(Math.abs))).toBeLessThanOrEqual(2);
    const rounded = float.planar[0]!.filter((x, i) => Math.round(x * 32_768) === samples[i]);
    expect(rounded.length / samples.length).toBeLessThan(0.9);
  });

  test("says how it relates to its source", () => {
    const s16 = { rate, channels: 2, format: "s16" } as const;
    expect(fidelityOf(s16, null, rate)).toBe("exact");
    expect(fidelityOf({ ...s16, format: "f32" }, null, rate)).toBe("dithered");
    expect(fidelityOf(s16, null, 48_000)).toBe("resampled");
    expect(fidelityOf(s16, neutralPlan, rate)).toBe("dithered");
  });
});

describe("a rendering", () => {
  const track = { planar: madeMusic(23, rate), rate };

  test("CACHE-9: of the same segment has the same bytes in any order", () => {
    const forwards = [0, 1, 2].map((index) =>
      renderBytes(requestOf(track, index, heavyPlan), track),
    );
    const backwards = [2, 1, 0].map((index) =>
      renderBytes(requestOf(track, index, heavyPlan), track),
    );
    backwards
      .reverse()
      .forEach((bytes, index) => expect(bytes.equals(forwards[index]!)).toBe(true));
  });

  test("does not depend on whether the track's length is known yet", () => {
    const known = requestOf(track, 1, heavyPlan, 48_000);
    const unknown = { ...known, sourceFrames: null };
    expect(renderBytes(unknown, track).equals(renderBytes(known, track))).toBe(true);
  });

  test.each([0.000_03, 0.3, 8, 10, 12, 15, 21])("of %d s has the source's frames", (seconds) => {
    // At a low rate: the lengths matter here, not the sound.
    const low = 8000;
    const total = Math.max(1, Math.round(seconds * low));
    const short = { planar: [noise(total, 0.1), noise(total, 0.1, 2)], rate: low };
    for (const [outputRate, length] of [
      [low, total],
      [11_025, Math.ceil((total * 11_025) / low)],
    ] as const) {
      const bytes = Array.from(
        { length: segmentsOf(short, outputRate) },
        (_, index) => renderBytes(requestOf(short, index, heavyPlan, outputRate), short).length,
      );
      expect(bytes.reduce((sum, count) => sum + count, 0)).toBe(length * 4);
    }
  });

  test("begins with a small run, then larger ones, without gaps", () => {
    const render = new SegmentRender(requestOf(track, 1, heavyPlan), readerOf(track));
    const runs = [];
    for (let run = render.next(); run !== null; run = render.next()) runs.push(run);
    expect(runs[0]!.samples.length).toBeLessThanOrEqual(8192);
    expect(Math.max(...runs.map((run) => run.samples.length))).toBeLessThanOrEqual(65_536);
    let at: number = runs[0]!.start;
    expect(at).toBe(second(10));
    for (const run of runs) {
      expect(run.start).toBe(at);
      expect(run.samples.length).toBe(run.frames * 4);
      at += run.frames;
    }
    expect(at).toBe(second(20));
    expect(render.next()).toBeNull();
  });

  test("reads no source frame outside the range that it announced", () => {
    for (const [outputRate, plan] of [
      [rate, null],
      [rate, heavyPlan],
      [48_000, null],
      [48_000, heavyPlan],
      [22_050, heavyPlan],
    ] as const)
      for (const index of [0, 1, 2]) {
        const request = requestOf(track, index, plan, outputRate);
        const range = sourceRangeFor(request);
        let first = Number.MAX_SAFE_INTEGER;
        let last = 0;
        const render = new SegmentRender(request, (from, until) => {
          first = Math.min(first, from);
          last = Math.max(last, until);
          return track.planar.map((x) => x.slice(from, until));
        });
        while (render.next() !== null);
        expect(first).toBeGreaterThanOrEqual(range.from);
        expect(last).toBeLessThanOrEqual(range.until);
        // And it announces no more than it needs: some hundred frames at most.
        expect(first - range.from + range.until - last).toBeLessThan(300);
      }
  });

  test("leaves what the reader returned as it was", () => {
    const before = track.planar.map((x) => x.slice());
    const render = new SegmentRender(requestOf(track, 0, heavyPlan), (from, until) =>
      track.planar.map((x) => x.subarray(from, until)),
    );
    while (render.next() !== null);
    track.planar.forEach((x, channel) =>
      expect(x.every((sample, i) => sample === before[channel]![i])).toBe(true),
    );
  });

  test("of a float file with numbers that are none, or endless ones, goes on after them", () => {
    const planar = madeMusic(8, rate).map((x) => {
      const broken = x.slice();
      broken.set([NaN, Infinity, -Infinity, 3e38], second(2));
      return broken;
    });
    const clean = { planar: madeMusic(8, rate), rate };
    const request = requestOf(clean, 0, heavyPlan, rate, "f32");
    const after = renderBytes(request, { planar, rate }).subarray(4 * second(7));
    expect(after.length).toBeGreaterThan(0);
    // The compressor has recovered from the shock after five seconds.
    const wanted = new Int16Array(
      Uint8Array.from(renderBytes(request, clean).subarray(4 * second(7))).buffer,
    );
    new Int16Array(Uint8Array.from(after).buffer).forEach((x, i) => {
      if (Math.abs(x - wanted[i]!) > 1) throw new Error(`frame ${i} differs by ${x - wanted[i]!}`);
    });
  });

  test("of an empty segment is empty, and needs nothing", () => {
    const request = requestOf(track, 7, heavyPlan);
    const range = sourceRangeFor(request);
    expect(range.until).toBe(range.from);
    expect(new SegmentRender(request, readerOf(track)).next()).toBeNull();
  });

  test("works on the scaled-down grid of a simulation", () => {
    const geometry = { intervalSeconds: 0.1, overlapSeconds: 0.05, contextSeconds: 0.05 };
    const small = { planar: [noise(530, 0.4), noise(530, 0.4, 2)], rate: 1000 };
    for (const outputRate of [1000, 1500]) {
      const total = resampledLength(frames(530), 1000, outputRate);
      let bytes = 0;
      for (let index = 0; index < segmentCount(geometry, outputRate, total); index++)
        bytes += renderBytes(
          {
            ...requestOf(small, 0, heavyPlan, outputRate),
            geometry,
            range: segmentRange(geometry, outputRate, index, total),
          },
          small,
        ).length;
      expect(bytes).toBe(total * 4);
    }
  });
});
