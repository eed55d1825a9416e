/** What every `OpenOutput` owes the page. The real one needs a browser and is judged there; here the
 *  simulated one shows that it behaves as the browser suite demands. */
import { beforeEach, describe, expect, it } from "vitest";
import type { OutputReport } from "#engine/ports/output.ts";
import type { MixerFeed } from "#engine/protocol/mixerMessages.ts";
import { PortCloakroom } from "../simulation/ports/messageChannel.ts";
import {
  buildLaneMixer,
  simulatedOutput,
  soundPlatform,
} from "../simulation/ports/simulatedOutput.ts";
import { World } from "../simulation/world/world.ts";

describe("the simulated output", () => {
  let world: World;
  let reports: OutputReport[];
  let cloakroom: PortCloakroom;
  let heard: number[];
  beforeEach(() => {
    world = new World(1);
    reports = [];
    heard = [];
    cloakroom = new PortCloakroom();
  });

  function open() {
    return simulatedOutput({
      world,
      page: world.realm("page"),
      audio: world.realm("audio"),
      worker: world.realm("worker"),
      cloakroom,
      buildMixer: buildLaneMixer,
      portDelay: { minMs: 0, maxMs: 2 },
      platform: soundPlatform(),
      ear: {
        opened: () => undefined,
        told: () => undefined,
        reported: () => undefined,
        running: () => undefined,
        quantum: (left, _right, count) => heard.push(...left.subarray(0, count)),
      },
    })({ rate: 400 }, (report) => reports.push(report));
  }
  const run = (ms: number): void => {
    const until = world.now + ms;
    while (world.step(until));
  };
  const kinds = (): string[] => reports.map(({ type }) => type);

  it("is created suspended, later, and says so", () => {
    open();
    expect(reports).toEqual([]);
    run(100);
    expect(kinds()).toEqual(["created", "state"]);
    expect(reports[1]).toEqual({ type: "state", state: "suspended" });
    run(2000);
    expect(heard).toEqual([]);
    expect(kinds()).not.toContain("clock");
  });

  it("runs when resumed, tells its clock, stands still when suspended", () => {
    const device = open();
    run(100);
    device.resume();
    run(2100);
    expect(reports).toContainEqual({ type: "state", state: "running" });
    const clocks = reports.filter((report) => report.type === "clock");
    expect(clocks.length).toBeGreaterThanOrEqual(3);
    expect(clocks.at(-1)!.seconds).toBeGreaterThan(1);
    device.suspend();
    run(100);
    const emitted = heard.length;
    run(1000);
    expect(heard).toHaveLength(emitted);
  });

  it("plays what its feed port is given, told by the page when to", () => {
    const device = open();
    // told before there is a mixer: kept until there is one
    device.post({ type: "mixer/transport", playing: true, hold: false });
    run(100);
    device.resume();
    const created = reports.find((report) => report.type === "created")!;
    const feed = cloakroom.collect(created.feed);
    const say = (message: MixerFeed): void => feed.post(message);
    const samples = new Int16Array(800).fill(1000);
    const lane = {
      start: 0,
      alignTo: null,
      standsIn: false,
      after: null,
      crossfade: 0,
      channels: 2,
      gain: 1,
    };
    say({ type: "lane/open", generation: 1, ...lane });
    say({ type: "lane/feed", generation: 1, start: 0, frames: 400, samples });
    say({ type: "lane/end", generation: 1, end: 400 });
    say({ type: "lane/commit", generation: 1 });
    run(1500);
    expect(heard.filter((sample) => sample !== 0)).toEqual(
      Array.from({ length: 400 }, () => Math.fround(1000 / 32768)),
    );
    const messages = reports.flatMap((report) => (report.type === "mixer" ? [report.message] : []));
    expect(messages).toContainEqual({ type: "lane/ended", generation: 1 });
    expect(() => cloakroom.collect(created.feed)).toThrow();
  });

  it("says nothing after it is closed", () => {
    const device = open();
    run(100);
    device.resume();
    run(300);
    device.close();
    const said = reports.length;
    run(2000);
    expect(reports).toHaveLength(said);
  });
});
