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
