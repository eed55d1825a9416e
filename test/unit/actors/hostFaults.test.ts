/** The host's root end to end: what goes wrong, and who may speak. */
import { describe, expect, it } from "vitest";
import { fault } from "#engine/protocol/faults.ts";
import { fakePlayer } from "../fakes/fakePlayer.ts";
import { coverOf, expectTrueSamples, hostRig, readyOf } from "../fakes/hostRig.ts";

describe("faults", () => {
  it("an unknown track is a failed rendition, at once", () => {
    const { join } = hostRig();
    const player = join();
    player.want([{ track: "nope" }]);
    expect(player.all("rendition")).toMatchObject([
      { track: "nope", status: "failed", fault: { code: "track-unknown" } },
    ]);
  });

  it("a missing file is a failed rendition; when it is back, it is found without a new demand", () => {
    const { pass, join, world } = hostRig({ silenceMs: 60_000 });
    world.tracks.get("a")!.fault = fault("file-missing", "gone");
    const player = join();
    player.want([{}]);
    pass(10);
    expect(player.all("rendition").at(-1)).toMatchObject({ fault: { code: "file-missing" } });
    pass(5000);
    expect(player.slices).toHaveLength(0);
    world.tracks.get("a")!.fault = undefined;
    pass(8000);
    expect(coverOf(player.slices)).toEqual([[0, 1000]]);
  });

  it("a missing file that is back is found by the next demand at once", () => {
    const { pass, join, world } = hostRig({ silenceMs: 60_000 });
    world.tracks.get("a")!.fault = fault("file-missing", "gone");
    const player = join();
    player.want([{}]);
    pass(5000); // the next look by itself is at seven seconds
    world.tracks.get("a")!.fault = undefined;
    player.want([{}]);
    pass(50);
    expect(coverOf(player.slices)).toEqual([[0, 1000]]);
  });

  it("a render that fails is told, tried again, and heard when it works", () => {
    const { pass, join, world } = hostRig();
    world.renderFault = fault("render-failed", "no");
    const player = join();
    player.want([{}]);
    pass(50);
    expect(player.all("fault")).toMatchObject([{ fault: { code: "render-failed" }, track: "a" }]);
    world.renderFault = null;
    pass(1200);
    expect(coverOf(player.slices)).toEqual([[0, 1000]]);
    expect(player.all("fault")).toHaveLength(1);
  });

  it("a render that fails for long is told once more, and heard when it works, without a new demand", () => {
    const { pass, join, world } = hostRig({ silenceMs: 60_000 });
    world.renderFault = fault("render-failed", "no");
    const player = join();
    player.want([{}]);
    pass(12_000);
    expect(player.all("fault")).toHaveLength(2);
    expect(world.rendered.length).toBeLessThan(12);
    world.renderFault = null;
    pass(9000);
    expect(coverOf(player.slices)).toEqual([[0, 1000]]);
  });

  it("a lost worker is made good once without a word", () => {
    const { pass, join, world } = hostRig();
    world.renderFault = fault("worker-lost", "crashed");
    const player = join();
    player.want([{}]);
    pass(9);
    world.renderFault = null;
    pass(30);
    expect(world.rendered).toHaveLength(2);
    expect(player.all("fault")).toEqual([]);
    expect(coverOf(player.slices)).toEqual([[0, 1000]]);
  });

  it("decoded audio that is gone is decoded again, and playing goes on (CACHE-6)", () => {
    const { pass, join, world } = hostRig();
    const player = join();
    player.want([{ until: 500 }]);
    pass(50);
    world.renderFault = fault("source-changed", "the decoded audio is gone");
    player.want([{ from: 1000, until: 2500 }]);
    pass(3);
    expect(world.calls.decode).toBe(1);
    pass(4);
    world.renderFault = null;
    pass(1200);
    expect(world.calls.decode).toBe(2);
    expect(coverOf(player.slices)).toEqual([
      [0, 500],
      [1000, 2500],
    ]);
    expectTrueSamples(player.slices);
  });

  it("a file that is another one while it plays is noticed without anybody asking (CACHE-7)", () => {
    const { pass, join, world } = hostRig();
    const player = join();
    player.want([{ until: 500 }]);
    pass(50);
    const old = readyOf(player.all("rendition"), "original").key;
    Object.assign(world.tracks.get("a")!, { signature: "2", totalFrames: 1700 });
    world.followers.get("a")!();
    pass(50);
    expect(player.all("fault")).toMatchObject([{ fault: { code: "source-changed" }, track: "a" }]);
    const fresh = readyOf(player.all("rendition"), "original");
    expect(fresh).toMatchObject({ frames: 1700, exact: true });
    expect(coverOf(player.slices, old)).toEqual([[0, 500]]);
    expect(coverOf(player.slices, fresh.key)).toEqual([[0, 500]]);
    expectTrueSamples(player.slices);
  });

  it("a file that is being written is left alone: what is decoded plays on until it is whole (CACHE-7)", () => {
    const { pass, join, world } = hostRig();
    const player = join();
    player.want([{ until: 500 }]);
    pass(50);
    world.tracks.get("a")!.fault = fault("source-changed", "It is being written.");
    for (const tell of world.watchers) tell(2);
    pass(50);
    player.want([{ from: 500, until: 1500 }]);
    pass(50);
    expect(player.all("fault")).toEqual([]);
    expect(coverOf(player.slices)).toEqual([[0, 1500]]);
    expect(world.calls.decode).toBe(1);
  });

  it("a track that nobody has open any more is not followed", () => {
    const { pass, join, world } = hostRig();
    const player = join();
    player.want([{ until: 500 }]);
    pass(50);
    expect(world.followers.size).toBe(1);
    player.report({ type: "closed", code: 1006, reason: "" });
    pass(60_000);
    expect(world.followers.size).toBe(0);
  });

  it("another file under the same name: told, opened anew, old and new never mix (CACHE-7)", () => {
    const { pass, join, world } = hostRig();
    const player = join();
    player.want([{ until: 500 }]);
    pass(50);
    const old = readyOf(player.all("rendition"), "original").key;
    Object.assign(world.tracks.get("a")!, { signature: "2", totalFrames: 1700 });
    for (const tell of world.watchers) tell(2);
    pass(50);
    expect(player.all("fault")).toMatchObject([{ fault: { code: "source-changed" }, track: "a" }]);
    const fresh = readyOf(player.all("rendition"), "original");
    expect(fresh).toMatchObject({ frames: 1700, exact: true });
    expect(fresh.key).not.toBe(old);
    expect(coverOf(player.slices, old)).toEqual([[0, 500]]);
    expect(coverOf(player.slices, fresh.key)).toEqual([[0, 500]]);
    expectTrueSamples(player.slices);
  });
});

describe("the handshake", () => {
  it("anything before hello ends the connection with a fault", () => {
    const { host } = hostRig();
    const player = fakePlayer();
    host.accept(player.socket);
    player.say({ type: "ping", at: 1 });
    expect(player.all("fault")).toMatchObject([{ fault: { code: "protocol-violation" } }]);
    expect(player.closed()?.code).toBe(1008);
    expect(host.figures().sessions).toBe(0);
  });

  it.each([
    ["no JSON", "{", "protocol-violation"],
    ["no message", '{"type":"sing"}', "protocol-violation"],
    ["too long", `"${"x".repeat(70_000)}"`, "protocol-violation"],
    ["another version", '{"type":"hello","version":2}', "version-unsupported"],
  ])("%s ends the connection with a fault", (_name, text, code) => {
    const { host } = hostRig();
    const player = fakePlayer();
    host.accept(player.socket);
    player.report({ type: "text", text });
    expect(player.all("fault")).toMatchObject([{ fault: { code } }]);
    expect(player.closed()).toBeDefined();
    expect(host.figures().sessions).toBe(0);
  });

  it("a binary frame from a player ends the connection with a fault", () => {
    const { join } = hostRig();
    const player = join();
    player.report({ type: "binary", bytes: new Uint8Array(3) });
    expect(player.all("fault")).toMatchObject([{ fault: { code: "protocol-violation" } }]);
  });

  it("a token is asked for when one is set", () => {
    const { host, join } = hostRig({ token: "sesame" });
    const stranger = join();
    expect(stranger.all("fault")).toMatchObject([{ fault: { code: "token-refused" } }]);
    const friend = fakePlayer();
    host.accept(friend.socket);
    const credit = { urgent: 0, bulk: 0 };
    friend.say({ type: "hello", version: 1, player: "p", token: "sesame", credit });
    expect(friend.all("welcome")).toHaveLength(1);
  });

  it("a player that comes back is told whether this is still the host it knew", () => {
    const { host } = hostRig();
    for (const epoch of ["run1", "run0"]) {
      const player = fakePlayer();
      host.accept(player.socket);
      const credit = { urgent: 0, bulk: 0 };
      const resume = { epoch, inventory: [] };
      player.say({ type: "hello", version: 1, player: "p", credit, resume });
      expect(player.all("welcome")).toMatchObject([{ epoch: "run1", resumed: epoch === "run1" }]);
    }
  });

  it("claiming slices that were never sent ends the connection with a fault", () => {
    const { join } = hostRig();
    const player = join();
    player.want([{}], { received: 9 });
    expect(player.all("fault")).toMatchObject([{ fault: { code: "protocol-violation" } }]);
  });

  it("a ping is echoed, and silence ends the session", () => {
    const { host, pass, join } = hostRig({ silenceMs: 500 });
    const player = join();
    pass(400);
    player.say({ type: "ping", at: 12.5 });
    expect(player.all("pong")).toEqual([{ type: "pong", at: 12.5 }]);
    pass(400);
    expect(player.closed()).toBeUndefined();
    pass(101);
    expect(player.closed()?.code).toBe(4008);
    expect(host.figures().sessions).toBe(0);
  });

  it("a player that comes back on another socket leaves nothing on the old one (LINK-5)", () => {
    const { host, pass, join } = hostRig();
    const old = join(0, "tab");
    const other = join(undefined, "another");
    old.want([{ until: 2500 }]);
    pass(50);
    const fresh = join(undefined, "tab");
    expect(old.closed()?.code).toBe(4001);
    expect(other.closed()).toBeUndefined();
    expect(host.figures().sessions).toBe(2);
    fresh.want([{ until: 300 }]);
    pass(50);
    expect(coverOf(fresh.slices)).toEqual([[0, 300]]);
    expect(old.slices).toEqual([]);
  });
});
