/** What every `Port` owes its users: the platform's message ports and the simulated channel. */
import { afterEach, describe, expect, it } from "vitest";
import type { Port } from "#engine/ports/messagePort.ts";
import { portOf } from "../../apps/web/adapters/portOf.ts";
import { messageChannel } from "../simulation/ports/messageChannel.ts";
import { World } from "../simulation/world/world.ts";
import { Reports } from "./reports.ts";

type Bench = {
  readonly ends: readonly [Port, Port];
  readonly settle: () => void;
  readonly end: () => void;
};

const benches: Readonly<Record<string, () => Bench>> = {
  "platform's": () => {
    const { port1, port2 } = new MessageChannel();
    const end = (): void => port1.close();
    return {
      ends: [portOf(port1, end), portOf(port2, () => port2.close())],
      settle: () => undefined,
      end,
    };
  },
  simulated: () => {
    const world = new World(1);
    const realms = [world.realm("page"), world.realm("worker")] as const;
    const settle = (): void => {
      while (world.step(Infinity));
    };
    return {
      ends: messageChannel(world, "channel", realms, { minMs: 0, maxMs: 5 }),
      settle,
      end: () => undefined,
    };
  },
};

describe.each(Object.keys(benches))("the %s message port", (kind) => {
  let bench: Bench;
  afterEach(() => bench.end());

  it("carries messages both ways, in order", async () => {
    bench = benches[kind]!();
    const [here, there] = bench.ends;
    const heardHere = new Reports<unknown>();
    const heardThere = new Reports<unknown>();
    here.listen(heardHere.emit);
    there.listen(heardThere.emit);
    for (let n = 0; n < 50; n++) here.post({ type: "count", n });
    there.post({ type: "answer" });
    bench.settle();
    await heardThere.until((message) => (message as { n: number }).n === 49);
    await heardHere.until(() => true);
    expect(heardThere.all.map((message) => (message as { n: number }).n)).toEqual(
      Array.from({ length: 50 }, (_, n) => n),
    );
    expect(heardHere.all).toEqual([{ type: "answer" }]);
  });

  it("keeps what came before anybody listened", async () => {
    bench = benches[kind]!();
    const [here, there] = bench.ends;
    here.post({ type: "first" });
    here.post({ type: "second" });
    bench.settle();
    const heard = new Reports<unknown>();
    there.listen(heard.emit);
    expect(heard.all).toEqual([]);
    bench.settle();
    await heard.until((message) => (message as { type: string }).type === "second");
    expect(heard.all).toEqual([{ type: "first" }, { type: "second" }]);
  });

  it("copies: what the sender changes afterwards reaches nobody", async () => {
    bench = benches[kind]!();
    const [here, there] = bench.ends;
    const message = { type: "samples", nested: { list: [1, 2] }, samples: Int16Array.of(1, 2, 3) };
    const heard = new Reports<unknown>();
    there.listen(heard.emit);
    here.post(message);
    message.nested.list.push(3);
    message.samples[0] = 9;
    bench.settle();
    const copy = (await heard.until(() => true)) as typeof message;
    expect(copy.nested.list).toEqual([1, 2]);
    expect([...copy.samples]).toEqual([1, 2, 3]);
    expect(copy.samples).toBeInstanceOf(Int16Array);
  });

  it("moves what is transferred: the sender's view is empty, the receiver's whole", async () => {
    bench = benches[kind]!();
    const [here, there] = bench.ends;
    const samples = Int16Array.of(5, 6, 7, 8).subarray(1, 3);
    const heard = new Reports<unknown>();
    there.listen(heard.emit);
    here.post({ type: "samples", samples }, [samples.buffer]);
    expect(samples.length).toBe(0);
    bench.settle();
    const { samples: moved } = (await heard.until(() => true)) as { samples: Int16Array };
    expect([...moved]).toEqual([6, 7]);
  });

  it("refuses what cannot be cloned, at the sender", () => {
    bench = benches[kind]!();
    const [here] = bench.ends;
    expect(() => here.post({ callback: () => undefined })).toThrow();
  });

  it("goes silent when it is closed, at the latest with the next turn", async () => {
    bench = benches[kind]!();
    const [here, there] = bench.ends;
    const heardHere = new Reports<unknown>();
    const heardThere = new Reports<unknown>();
    here.listen(heardHere.emit);
    there.listen(heardThere.emit);
    here.post({ type: "first" });
    bench.settle();
    await heardThere.until(() => true);
    there.close();
    there.post({ type: "from the closed end" });
    bench.settle();
    await turn();
    here.post({ type: "late" });
    bench.settle();
    await turn();
    expect(heardThere.all).toEqual([{ type: "first" }]);
    expect(heardHere.all).toEqual([]);
  });
});

/** Lets the platform do what it has queued. */
async function turn(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
}
