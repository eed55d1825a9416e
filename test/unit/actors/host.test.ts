/** The host's root end to end: one player, its renditions and its slices. */
import { describe, expect, it } from "vitest";
import { sliceHeaderBytes } from "#engine/protocol/slice.ts";
import { coverOf, expectTrueSamples, hostRig, readyOf } from "../fakes/hostRig.ts";

describe("a player that wants the original", () => {
  it("gets every frame of it once, in order, with its own samples", () => {
    const { host, pass, join, world } = hostRig();
    const player = join();
    expect(player.all("welcome")).toMatchObject([{ epoch: "run1", resumed: false }]);
    player.want([{ until: 5000 }]);
    pass(100);
    expect(readyOf(player.all("rendition"), "original")).toMatchObject({
      frames: 2500,
      exact: true,
      decoded: 2500,
      channels: 2,
      fidelity: "exact",
    });
    expectTrueSamples(player.slices);
    expect(coverOf(player.slices)).toEqual([[0, 2500]]);
    const starts = player.slices.map(({ start }) => start);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    expect(player.slices.at(-1)!.remaining).toBe(0);
    expect(world.rendered).toHaveLength(3);
    expect(host.figures()).toMatchObject({ rendersTotal: 3, running: 0, sessions: 1 });
  });

  it("is told that the file is being opened before it is ready", () => {
    const { pass, join } = hostRig();
    const player = join();
    player.want([{}]);
    expect(player.all("rendition")).toMatchObject([{ status: "pending", reason: "probing" }]);
    pass(4);
    expect(player.all("rendition").at(-1)).toMatchObject({ status: "ready", exact: false });
  });

  it("gets slices while the segment is still being rendered", () => {
    const rig = hostRig();
    rig.world.holdRenders = true;
    const player = rig.join();
    player.want([{ until: 1000 }]);
    rig.pass(50);
    expect(rig.world.running.size).toBe(1);
    expect(coverOf(player.slices)).toEqual([[0, 500]]);
    for (const { finish } of rig.world.running.values()) finish();
    expect(coverOf(player.slices)).toEqual([[0, 1000]]);
  });

  it("gets an urgent answer in slices that begin small and double", () => {
    const { pass, join } = hostRig({ firstSliceBytes: 100, sliceBytesMax: 800 });
    const player = join();
    player.want([{ until: 1000 }]);
    pass(50);
    const sizes = player.slices.map(({ samples }) => samples.byteLength);
    expect(sizes.slice(0, 5)).toEqual([100, 200, 400, 800, 500]); // a run of the engine ends there
    player.want([{ from: 1500, until: 2000 }]);
    const before = player.slices.length;
    pass(50);
    expect(player.slices[before]!.samples.byteLength).toBe(100);
  });

  it("is not sent what it never wanted, and nothing that it got already", () => {
    const { pass, join } = hostRig();
    const player = join();
    player.want([{ from: 300, until: 700 }]);
    pass(50);
    player.want([{ from: 700, until: 1200 }]);
    pass(50);
    expect(coverOf(player.slices)).toEqual([[300, 1200]]);
  });

  it("waits for decoding where nothing is decoded yet, and hears how far it is", () => {
    const rig = hostRig();
    rig.world.decodeSpeed = 5;
    const player = rig.join();
    player.want([{ from: 1500, until: 2000 }]);
    rig.pass(300);
    expect(player.slices).toEqual([]);
    const told = player.all("rendition").length;
    expect(told).toBeGreaterThan(1);
    expect(told).toBeLessThanOrEqual(6); // at most ten a second, whatever the decoder reports
    rig.pass(300);
    expect(coverOf(player.slices)).toEqual([[1500, 2000]]);
    // in parts, as it was decoded: one segment all the same
    expect(new Set(rig.world.rendered).size).toBe(1);
    expect(rig.host.figures().rendersTotal).toBe(1);
  });

  it("gets what is decoded although something more important is not", () => {
    const rig = hostRig();
    rig.world.decodeSpeed = 5;
    const player = rig.join();
    player.want([{ from: 2000, until: 2500 }, { until: 500 }]);
    rig.pass(250);
    expect(coverOf(player.slices)).toEqual([[0, 500]]);
  });
});

describe("credit and flow", () => {
  it("a lane is never sent more bytes than it was granted, headers included", () => {
    const { pass, join } = hostRig();
    const player = join(1000);
    player.want([{ until: 2000 }, { from: 2000, until: 2500, lane: "bulk" }]);
    pass(100);
    const spent = (lane: string) =>
      player.slices
        .filter((slice) => slice.lane === lane)
        .reduce((sum, { samples }) => sum + samples.byteLength + sliceHeaderBytes, 0);
    expect(spent("urgent")).toBeLessThanOrEqual(1000);
    expect(spent("bulk")).toBeLessThanOrEqual(1000);
    expect(spent("urgent")).toBeGreaterThan(700);
    player.say({ type: "credit", lane: "urgent", granted: 2000 });
    expect(spent("urgent")).toBeGreaterThan(1700);
    expect(spent("urgent")).toBeLessThanOrEqual(2000);
    player.say({ type: "credit", lane: "urgent", granted: 1500 });
    player.say({ type: "credit", lane: "urgent", granted: 100_000 });
    player.say({ type: "credit", lane: "bulk", granted: 100_000 });
    pass(100);
    expect(coverOf(player.slices)).toEqual([[0, 2500]]);
  });

  it("urgent slices overtake bulk that is waiting", () => {
    const { pass, join } = hostRig();
    const player = join(0);
    player.want([{ from: 1000, until: 2000, lane: "bulk" }, { until: 500 }]);
    pass(50);
    expect(player.slices).toEqual([]);
    player.buffered = 50_000;
    player.say({ type: "credit", lane: "bulk", granted: 100_000 });
    player.say({ type: "credit", lane: "urgent", granted: 100_000 });
    pass(10);
    expect(player.slices).toEqual([]);
    player.buffered = 0;
    pass(10);
    const lanes = player.slices.map(({ lane }) => lane);
    expect(lanes.indexOf("bulk")).toBe(lanes.lastIndexOf("urgent") + 1);
    expect(coverOf(player.slices)).toEqual([
      [0, 500],
      [1000, 2000],
    ]);
  });

  it("a slow reader is handed no more than its socket may hold", () => {
    const { pass, join } = hostRig({ socketBytesMax: 3000 });
    const player = join();
    const { send } = player.socket;
    Object.assign(player.socket, {
      send: (data: string | Uint8Array) => {
        send(data);
        if (typeof data !== "string") player.buffered += data.byteLength;
      },
    });
    player.want([{ until: 2500 }]);
    let most = 0;
    for (let at = 0; at < 200; at++) {
      pass(1);
      most = Math.max(most, player.buffered);
      player.buffered = Math.max(0, player.buffered - 200);
    }
    expect(most).toBeLessThanOrEqual(3000 + 2000 + sliceHeaderBytes);
    expect(coverOf(player.slices)).toEqual([[0, 2500]]);
  });

  it("a slow reader is told how things stand when it has read what it was told, not how they came to it", () => {
    const { pass, join } = hostRig();
    const player = join();
    player.buffered = 50_000;
    player.want([{ variant: "warm@80", until: 100 }, { until: 100 }]);
    pass(5000);
    expect(player.messages.filter(({ type }) => type !== "welcome")).toEqual([]);
    const order: string[] = [];
    const { send } = player.socket;
    Object.assign(player.socket, {
      send: (data: string | Uint8Array) => {
        order.push(
          typeof data === "string" ? (JSON.parse(data) as { type: string }).type : "slice",
        );
        send(data);
      },
    });
    player.buffered = 0;
    pass(200);
    const told = player.all("rendition").map(({ variant, status }) => `${variant} ${status}`);
    expect(told.toSorted()).toEqual(["original ready", "warm@80 ready"]);
    expect(order.lastIndexOf("rendition")).toBeLessThan(order.indexOf("slice"));
    expect(coverOf(player.slices.filter(({ key }) => key.startsWith("original")))).toBeDefined();
  });
});

describe("an enhanced variant", () => {
  it("is analysing until the track is decoded, analysed and measured; then it flows", () => {
    const { pass, join, world } = hostRig();
    const player = join();
    player.want([{ variant: "warm@80" }]);
    pass(8);
    expect(player.all("rendition").at(-1)).toMatchObject({
      variant: "warm@80",
      status: "pending",
      reason: "analysing",
    });
    expect(player.slices).toEqual([]);
    pass(100);
    const warm = readyOf(player.all("rendition"), "warm@80");
    expect(warm).toMatchObject({ loudness: -14, fidelity: "dithered", exact: true, frames: 2500 });
    expect(warm).toHaveProperty("explanation.0", expect.stringContaining("the track is at −20.0"));
    expect(coverOf(player.slices, warm.key)).toEqual([[0, 1000]]);
    expectTrueSamples(player.slices);
    expect(world.calls).toMatchObject({ analyse: 1, measure: 1, decode: 1 });
  });

  it("has a key of its own, and the original learns its loudness from the same analysis", () => {
    const { pass, join } = hostRig();
    const player = join();
    player.want([{}, { variant: "warm@80" }, { variant: "bright@80" }]);
    pass(150);
    const keys = ["original", "warm@80", "bright@80"].map(
      (variant) => readyOf(player.all("rendition"), variant).key,
    );
    expect(new Set(keys).size).toBe(3);
    expect(readyOf(player.all("rendition"), "original").loudness).toBe(-20);
  });

  it("that nobody wants any more is not measured", () => {
    const { pass, join, world } = hostRig();
    const player = join();
    player.want([{}]);
    pass(60);
    for (let intensity = 5; intensity <= 95; intensity += 5) {
      player.want([{ variant: `warm@${intensity}` }]);
      pass(1);
    }
    pass(100);
    expect(world.calls.measure).toBe(1);
    expect(readyOf(player.all("rendition"), "warm@95").loudness).toBe(-14);
    expect(world.rendered.length).toBeLessThanOrEqual(3);
  });
});

describe("the next demand", () => {
  it("cancels what the last one wanted, queued and running (SEEK-6)", () => {
    const rig = hostRig();
    rig.world.holdRenders = true;
    rig.world.tracks.get("a")!.totalFrames = 100_000;
    rig.world.decodeSpeed = 100_000;
    const player = rig.join();
    player.want([{ until: 8000 }]);
    rig.pass(20);
    expect(rig.world.running.size).toBe(2);
    for (let at = 1; at <= 50; at++)
      player.want([{ from: at * 1500 + 500, until: at * 1500 + 900 }]);
    rig.pass(20);
    expect([...rig.world.running.keys()].map((id) => id.split("/")[1])).toEqual(["75"]);
    expect(rig.host.figures().queueDepth.critical).toBe(0);
    expect(rig.world.rendered).toHaveLength(2 + 50);
    expect(rig.world.calls.cancelledRenders).toBe(rig.world.rendered.length - 1);
  });

  it("may be withdrawn before it was answered", () => {
    const rig = hostRig();
    const player = rig.join();
    player.want([{}], { demand: 0 });
    player.say({ type: "cancel", demand: 0 });
    rig.pass(50);
    expect(player.slices).toEqual([]);
    expect(rig.world.rendered).toEqual([]);
  });
});
