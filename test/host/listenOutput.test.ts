/** The sound device of the player in a terminal: what the mixer gives is what arrives behind the last node,
 *  frame by frame. It plays to nobody, at the pace of a device. */
import type { MessagePort } from "node:worker_threads";
import { afterEach, expect, it, vi } from "vitest";
import type { MixerFeed } from "#engine/protocol/mixerMessages.ts";
import type { OutputDevice, OutputReport } from "#engine/ports/output.ts";
import { AnalyserNode, DelayNode } from "node-web-audio-api";
import { createOpenOutput } from "../../apps/listen/adapters/openOutput.ts";

const rate = 44_100;
const windowFrames = 32_768;

let device: OutputDevice | undefined;
let reports: OutputReport[];
afterEach(() => device?.close());

function open(...options: Parameters<typeof createOpenOutput>): OutputDevice {
  reports = [];
  return (device = createOpenOutput(...options)({ rate }, (report) => reports.push(report)));
}
const until = <Value>(look: () => Value): Promise<Value> =>
  vi.waitFor(look, { timeout: 20_000, interval: 20 });
const created = () =>
  until(() => {
    const report = reports.find(({ type }) => type === "created");
    expect(report).toBeDefined();
    return report as Extract<OutputReport, { type: "created" }>;
  });
const states = () => reports.flatMap((report) => (report.type === "state" ? [report.state] : []));
const clocks = () => reports.flatMap((report) => (report.type === "clock" ? [report.seconds] : []));

it("is created suspended, runs when asked to, tells its clock, and says nothing once closed", async () => {
  const opened = open("none");
  expect(reports).toEqual([]);
  expect((await created()).rate).toBe(rate);
  expect(states()).toEqual(["suspended"]);
  opened.resume();
  await until(() => expect(clocks().length).toBeGreaterThan(2));
  expect(states()).toContain("running");
  expect(clocks()).toEqual(clocks().toSorted((a, b) => a - b));
  opened.suspend();
  await until(() => expect(states().at(-1)).toBe("suspended"));
  opened.close();
  const said = reports.length;
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(reports).toHaveLength(said);
});

it("a place where there is no sound device is a fault", async () => {
  // the sound library takes this file's word for what devices there are: none
  vi.stubEnv("ALSA_CONFIG_PATH", "/dev/null");
  open("default");
  await until(() => expect(reports.map(({ type }) => type)).toEqual(["failed"]));
  expect(reports[0]).toMatchObject({ fault: { code: "audio-unavailable" } });
});

it("every frame of the mixer reaches the end, in order and once, to the bit", async () => {
  // two windows, one behind the other: a second and a half that nobody may look at it
  let newest: AnalyserNode | undefined;
  let older: AnalyserNode | undefined;
  const given: number[] = [];
  const opened = open(
    "none",
    (left) => void given.push(...left),
    (context) => {
      const delayTime = windowFrames / rate;
      const delay = new DelayNode(context, { delayTime, maxDelayTime: 2 * delayTime });
      newest = new AnalyserNode(context, { fftSize: windowFrames });
      older = new AnalyserNode(context, { fftSize: windowFrames });
      newest.connect(delay).connect(older);
      newest.connect(context.destination);
      return newest;
    },
  );
  const feed = (await created()).feed as MessagePort;
  const say = (message: MixerFeed): void => feed.postMessage(message);
  // one channel: the analyser hears the mean of left and right. A ramp that begins anew after 65,536 frames.
  const frames = 4 * rate;
  const lane = {
    start: 0,
    alignTo: null,
    standsIn: false,
    after: null,
    crossfade: 0,
    channels: 1,
    gain: 1,
  };
  say({ type: "lane/open", generation: 1, ...lane });
  for (let start = 0; start < frames; start += 11_025) {
    const samples = Int16Array.from({ length: 11_025 }, (_, i) => ((start + i + 1) << 16) >> 16);
    say({ type: "lane/feed", generation: 1, start, frames: 11_025, samples });
  }
  say({ type: "lane/end", generation: 1, end: frames });
  say({ type: "lane/commit", generation: 1 });
  opened.post({ type: "mixer/transport", playing: true, hold: false });
  opened.resume();

  let heard = 0;
  const windowOf = (analyser: AnalyserNode): readonly number[] => {
    const window = new Float32Array(windowFrames);
    analyser.getFloatTimeDomainData(window);
    return Array.from(window, (value) => value * 32_768);
  };
  const listen = (): void => {
    // the newest first, so that there is nothing between the two
    const [late, early] = [windowOf(newest!), windowOf(older!)];
    // what was heard before ends where the ramp has come to
    const isKnownTo = (values: readonly number[]) =>
      heard === 0 || values.includes((heard << 16) >> 16);
    const windows = isKnownTo(early) ? [early, late] : [late];
    expect(windows.some(isKnownTo), `${heard} frames are out of sight`).toBe(true);
    for (const values of windows) hear(values);
  };
  const hear = (values: readonly number[]): void => {
    const known = heard === 0 ? -1 : values.lastIndexOf((heard << 16) >> 16);
    for (const value of values.slice(known + 1)) {
      const next = ((heard + 1) << 16) >> 16;
      // silence before the first, behind the last, and where the machine was too slow
      if (value === 0 && next !== 0) continue;
      if (heard === frames) break;
      if (value !== next) throw new Error(`${value} is heard where ${next} is due`);
      heard++;
    }
  };
  await vi.waitFor(
    () => {
      listen();
      expect(heard).toBe(frames);
    },
    { timeout: 30_000, interval: 100 },
  );
  // and the tap has told no other
  const told = given.filter((sample) => sample !== 0).length;
  expect(told).toBe(frames - Math.floor(frames / 65_536));
});
