import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Host, SegmentReport } from "#engine/actors/hostApi.ts";
import { fault } from "#engine/protocol/faults.ts";
import { frames } from "#engine/protocol/geometry.ts";
import type { ReadyRendition, Rendition } from "#engine/protocol/hostMessages.ts";
import { openReady, readSegment } from "../../../apps/node-host/http/openReady.ts";

const name = { type: "rendition", track: "t", variant: "warm@80", rate: 44_100 } as const;
const ready: ReadyRendition = {
  ...name,
  status: "ready",
  key: "0".repeat(32),
  channels: 2,
  frames: frames(1000),
  exact: false,
  decoded: frames(10),
  fidelity: "dithered",
  loudness: null,
};
const analysing: Rendition = { ...name, status: "pending", reason: "analysing", progress: 0 };

type Unopened = { readonly type: "unopened"; readonly fault: ReturnType<typeof fault> };

/** A host of which the test says what it reports; counts what is open. */
function fakeHost(atOnce?: Rendition | Unopened) {
  const state = { open: 0, emit: (_: Rendition | Unopened): void => undefined };
  const host = {
    openRendition: (_: unknown, emit: (report: Rendition | Unopened) => void) => {
      state.open++;
      state.emit = emit;
      if (atOnce) emit(atOnce);
      return () => state.open--;
    },
  } as unknown as Host;
  return { host, state };
}

const wish = { track: "t", variant: "warm@80" };
const options = (gone = new AbortController()) => ({
  enough: ({ exact }: ReadyRendition) => exact,
  waitMs: 10_000,
  signal: gone.signal,
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("opening a track for HTTP", () => {
  it("waits until the rendition is enough, and holds the track until it is released", async () => {
    const { host, state } = fakeHost();
    const opening = openReady(host, wish, options());
    state.emit(analysing);
    state.emit(ready);
    state.emit({ ...ready, exact: true });
    const { rendition, release } = await opening;
    expect(rendition.exact).toBe(true);
    expect(state.open).toBe(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(state.open).toBe(1);
    release();
    expect(state.open).toBe(0);
  });

  it("is `analysing` after ten seconds, and gives the track back", async () => {
    const { host, state } = fakeHost(analysing);
    const opening = openReady(host, wish, options());
    const refused = expect(opening).rejects.toMatchObject({
      fault: { code: "analysing", retryable: true, detail: "The track is still being analysed." },
    });
    await vi.advanceTimersByTimeAsync(9999);
    expect(state.open).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    await refused;
    expect(state.open).toBe(0);
  });

  it("waits as long as the asker does when there is no limit", async () => {
    const { host, state } = fakeHost(analysing);
    const opening = openReady(host, wish, { ...options(), waitMs: Infinity });
    await vi.advanceTimersByTimeAsync(3_600_000);
    state.emit({ ...ready, exact: true });
    expect((await opening).rendition.status).toBe("ready");
  });

  it.each<[string, Rendition | Unopened]>([
    ["unopened", { type: "unopened", fault: fault("file-missing", "gone") }],
    ["failed", { ...name, status: "failed", fault: fault("file-missing", "gone") }],
  ])("answers with the fault of a track that is %s, told at once or later", async (_, report) => {
    const early = fakeHost(report);
    await expect(openReady(early.host, wish, options())).rejects.toMatchObject({
      fault: { code: "file-missing" },
    });
    expect(early.state.open).toBe(0);
    const late = fakeHost();
    const opening = openReady(late.host, wish, options());
    late.state.emit(report);
    await expect(opening).rejects.toMatchObject({ fault: { code: "file-missing" } });
    expect(late.state.open).toBe(0);
  });

  it("gives the track back when the asker goes, or has gone already", async () => {
    const gone = new AbortController();
    const { host, state } = fakeHost();
    const opening = openReady(host, wish, options(gone));
    gone.abort();
    await expect(opening).rejects.toMatchObject({ fault: { code: "link-lost" } });
    expect(state.open).toBe(0);
    await expect(openReady(host, wish, options(gone))).rejects.toMatchObject({
      fault: { code: "link-lost" },
    });
    expect(state.open).toBe(0);
  });
});

describe("reading a segment for HTTP", () => {
  function segmentHost() {
    const state = { cancelled: 0, emit: (_: SegmentReport): void => undefined };
    const host = {
      readSegment: (_: unknown, emit: (report: SegmentReport) => void) => {
        state.emit = emit;
        return () => state.cancelled++;
      },
    } as unknown as Host;
    return { host, state };
  }
  const which = { key: ready.key, segment: 0 };

  it("joins the runs and tells the tier", async () => {
    const { host, state } = segmentHost();
    const reading = readSegment(host, which, new AbortController().signal);
    state.emit({ type: "run", samples: Uint8Array.of(1, 2) });
    state.emit({ type: "run", samples: Uint8Array.of(3, 4) });
    state.emit({ type: "done", tier: "L3", queuedMs: 1, madeMs: 2 });
    expect(await reading).toEqual({
      samples: Buffer.from([1, 2, 3, 4]),
      tier: "L3",
      queuedMs: 1,
      madeMs: 2,
    });
  });

  it("fails with the segment's fault", async () => {
    const { host, state } = segmentHost();
    const reading = readSegment(host, which, new AbortController().signal);
    state.emit({ type: "failed", fault: fault("busy", "full") });
    await expect(reading).rejects.toMatchObject({ fault: { code: "busy" } });
  });

  it("is withdrawn when the asker goes", async () => {
    const { host, state } = segmentHost();
    const gone = new AbortController();
    const reading = readSegment(host, which, gone.signal);
    gone.abort();
    await expect(reading).rejects.toMatchObject({ fault: { code: "link-lost" } });
    expect(state.cancelled).toBe(1);
  });
});
