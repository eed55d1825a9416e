/** Somebody waits for a segment while a thousand others wait that nobody is in a hurry for: the scheduler and
 *  the workers of a host, without its sessions, of which a thousand such jobs would take 250. */
import { createActor } from "xstate";
import { RenderQueue, type RenderClass } from "#engine/machines/renderQueue.ts";
import {
  renderSchedulerMachine,
  type SchedulerEvent,
} from "#engine/machines/renderScheduler.machine.ts";
import { segmentRange } from "#engine/protocol/geometry.ts";
import type { RenderEngine, RenderRequest } from "#engine/ports/renderEngine.ts";
import { summarise } from "../statistics.ts";
import { openBench, openWhole, readWhole, slots, type Print } from "./openBench.ts";

const jobs = 1000;
const rounds = 20;

export async function urgent(music: string, data: string, print: Print): Promise<void> {
  const bench = await openBench(music, data);
  const { rendition, close } = await openWhole(bench.running.host, bench.titles[0]!);
  await readWhole(bench.running.host, rendition, 0);
  const request = bench.requests.at(-1)!;
  const segments = Math.floor(rendition.frames / rendition.rate / 10);
  const desk = openDesk(bench.engine, request, segments);

  const alone: number[] = [];
  for (let i = 0; i < rounds; i++) alone.push(await desk.render(i, "critical"));
  for (let i = 0; i < jobs + slots; i++) void desk.render(rounds + i, "background");
  const waiting = desk.waiting();
  const behind: number[] = [];
  const pairs: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const number = rounds + 2 * jobs + 3 * i;
    behind.push(await desk.render(number, "critical"));
    pairs.push(
      ...(await Promise.all([1, 2].map((more) => desk.render(number + more, "critical")))),
    );
  }
  const waitingAtTheEnd = desk.waiting();
  desk.close();
  const oneRenderMs = summarise(alone);
  print({
    figure: "an urgent segment behind 1,000 that nobody is in a hurry for",
    goal: "≤ one block + one render",
    waiting,
    waitingAtTheEnd,
    oneAtATimeMs: summarise(behind),
    twoAtOnceMs: summarise(pairs),
    begunAfterMs: summarise(desk.begunAfterMs),
    yardstick: { oneRenderMs },
    naiveMs: Math.round((waiting / slots) * oneRenderMs.median),
  });
  close();
  await bench.close();
}

/** A scheduler over the workers, for segments of one rendering: number n is segment n modulo `segments`. */
function openDesk(engine: RenderEngine, request: RenderRequest, segments: number) {
  const queue = new RenderQueue(2 * jobs);
  const running = new Map<string, () => void>();
  const done = new Map<string, () => void>();
  const begun = new Map<string, () => void>();
  const begunAfterMs: number[] = [];
  const send = (event: SchedulerEvent): void => actor.send(event);
  const start = (id: string): void => {
    const { geometry, rate, sourceFrames } = request;
    const segment = Number(id) % segments;
    const range = segmentRange(geometry, rate, segment, sourceFrames!);
    begun.get(id)?.();
    const cancel = engine.render({ ...request, segment, range }, (report) => {
      if (report.type === "slice") return;
      running.delete(id);
      if (report.type === "done") send({ type: "engine.done", id });
      else send({ type: "engine.failed", id, why: report.fault });
    });
    running.set(id, cancel);
  };
  const actor = createActor(
    renderSchedulerMachine(slots, queue, {
      readiness: () => "ready",
      wantRoom: (id) => send({ type: "room.granted", id }),
      start,
      cancel: (id) => {
        running.get(id)?.();
        running.delete(id);
      },
      reportFinished: (id) => done.get(id)?.(),
      reportEnded: () => {},
      refuse: (_, why) => {
        throw new Error(why.detail);
      },
    }),
  ).start();
  return {
    begunAfterMs,
    waiting: () => queue.queued,
    /** @returns ms until it is made; those of urgent ones until they are begun are noted */
    render: (number: number, priority: RenderClass) =>
      new Promise<number>((resolve) => {
        const id = String(number);
        const askedMs = performance.now();
        done.set(id, () => resolve(performance.now() - askedMs));
        if (priority === "critical")
          begun.set(id, () => void begunAfterMs.push(performance.now() - askedMs));
        send({ type: "render.ask", id, ask: number, priority, deadlineMs: number });
      }),
    close: () => send({ type: "scheduler.close" }),
  };
}
