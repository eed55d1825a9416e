/** The render queue, by example; `test/model` holds it against a plain list. */
import { describe, expect, it } from "vitest";
import { RenderQueue } from "#engine/machines/renderQueue.ts";

describe("the render queue", () => {
  it("gives a job the class of the most important who still waits", () => {
    const queue = new RenderQueue(8);
    queue.ask("a", { ask: 1, priority: "low", deadlineMs: 0 });
    queue.ask("a", { ask: 2, priority: "critical", deadlineMs: 0 });
    expect(queue.priority("a")).toBe("critical");
    expect(queue.withdraw("a", 2)).toBe("kept");
    expect(queue.priority("a")).toBe("low");
    queue.ask("a", { ask: 1, priority: "high", deadlineMs: 0 });
    expect(queue.priority("a")).toBe("high");
  });

  it("says no to one more than it may hold, but never to one who joins", () => {
    const queue = new RenderQueue(1);
    expect(queue.ask("a", { ask: 1, priority: "low", deadlineMs: 0 })).toBe("queued");
    expect(queue.ask("b", { ask: 2, priority: "critical", deadlineMs: 0 })).toBe("full");
    expect(queue.ask("a", { ask: 3, priority: "low", deadlineMs: 0 })).toBe("joined");
  });
});

describe("askers of one class", () => {
  it("that ask wildly do not keep one waiting who asks for little, though they are always due first", () => {
    const queue = new RenderQueue(64);
    let asks = 0;
    const ask = (id: string, asker: string, deadlineMs: number) =>
      queue.ask(id, { ask: asks++, priority: "critical", deadlineMs, asker });
    ask("calm", "steady", 2000);
    const begun: string[] = [];
    // the wild one seeks all the time: what it asks for is due at once, whenever that is
    for (let at = 0; begun.at(-1) !== "calm"; at++) {
      expect(at, "never its turn").toBeLessThan(6);
      ask(`wild${at}`, "wild", at);
      const next = queue.next(() => true)!;
      queue.admit(next);
      queue.begin(next);
      queue.end(next);
      begun.push(next);
    }
    expect(begun).toEqual(["wild0", "wild1", "wild2", "wild3", "calm"]);
  });

  it("are served by their deadlines as long as none of them has had more", () => {
    const queue = new RenderQueue(64);
    for (const [at, asker] of ["a", "b", "c"].entries())
      queue.ask(asker, { ask: at, priority: "normal", deadlineMs: 30 - at, asker });
    expect(queue.next(() => true)).toBe("c");
  });

  it("have had a turn for what was begun in that class only, and not for ever", () => {
    const queue = new RenderQueue(64);
    const serve = (asker: string, priority: "critical" | "low") => {
      queue.ask("served", { ask: 1, priority, deadlineMs: 0, asker });
      queue.admit("served");
      queue.begin("served");
      queue.end("served");
    };
    for (let at = 0; at < 16; at++) serve("a", "low");
    queue.ask("a", { ask: 2, priority: "critical", deadlineMs: 1, asker: "a" });
    queue.ask("b", { ask: 3, priority: "critical", deadlineMs: 2, asker: "b" });
    expect(queue.next(() => true)).toBe("a");
    for (let at = 0; at < 4; at++) serve("a", "critical");
    expect(queue.next(() => true)).toBe("b");
    for (let at = 0; at < 16; at++) serve("c", "critical");
    expect(queue.next(() => true)).toBe("a");
  });
});
