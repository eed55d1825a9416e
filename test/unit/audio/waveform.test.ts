import { expect, it } from "vitest";
import { WaveformMeter } from "#engine/audio/waveform.ts";
import { waveformColumns, waveformSchema } from "#engine/protocol/library.ts";

/** 16-bit stereo: silence but for one sample each way. */
function spikes(frames: number, spots: Readonly<Record<number, readonly [number, number]>>) {
  const samples = new Int16Array(frames * 2);
  for (const [frame, [left, right]] of Object.entries(spots)) {
    samples[Number(frame) * 2] = left;
    samples[Number(frame) * 2 + 1] = right;
  }
  return samples;
}

it("a column shows the lowest and the highest sample of either channel in its stretch, and no other's", () => {
  const frames = waveformColumns * 7;
  const meter = new WaveformMeter(frames, 2);
  const samples = spikes(frames, { 0: [32767, -5], 7: [1, -32768], 5599: [0, 16384] });
  meter.push(samples, 0);
  const { low, high } = meter.finish();
  expect([high[0], low[0]]).toEqual([127, -1]);
  expect([high[1], low[1]]).toEqual([1, -127]);
  expect([high[799], low[799]]).toEqual([64, 0]);
  expect(high.slice(2, 799).every((level) => level === 0)).toBe(true);
});

it("is the same in whatever runs and order the samples come", () => {
  const frames = 100_003;
  const samples = new Int16Array(frames * 2);
  for (let i = 0; i < samples.length; i++) samples[i] = ((i * 7919) % 65536) - 32768;
  const whole = new WaveformMeter(frames, 2);
  whole.push(samples, 0);
  const parts = new WaveformMeter(frames, 2);
  const runs = [0, 1, 8192, 20_001, 20_002, 99_999, frames];
  for (let at = runs.length - 2; at >= 0; at--)
    parts.push(samples.subarray(runs[at]! * 2, runs[at + 1]! * 2), runs[at]!);
  expect(parts.finish()).toEqual(whole.finish());
});

it("cuts what is beyond full scale, and takes padding behind the end for nothing", () => {
  const meter = new WaveformMeter(8000, 1);
  const samples = new Float32Array(8192).fill(1.7);
  samples[10] = Number.NaN;
  meter.push(samples, 0);
  const waveform = meter.finish();
  expect(waveformSchema.parse(waveform)).toEqual(waveform);
  expect(waveform.high.every((level) => level === 127)).toBe(true);
});
