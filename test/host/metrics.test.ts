/** What a real host tells Prometheus: every metric that docs/metrics.md names and no other, and that what is
 *  played moves them. */
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../unit/sourceTree.ts";
import { runHost, type RunningHost } from "../browser/runHost.ts";
import { ask, readTracks, readWav } from "./client.ts";
import { writeMusic } from "./madeMusic.ts";

let place: string;
let host: RunningHost;
let base: string;

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "segue-metrics-"));
  const music = join(place, "music");
  await mkdir(music);
  writeMusic(join(music, "song.wav"), { seconds: 26, rate: 44_100, channels: 2 });
  host = await runHost({
    folders: [music],
    data: join(place, "data"),
    flags: ["--log-level", "debug", "--log-file", join(place, "host.log")],
  });
  base = `${host.url}/api/tracks/${(await readTracks(host.url))[0]!.id}`;
}, 60_000);

afterAll(async () => {
  await host?.stop();
  await rm(place, { recursive: true, force: true });
});

type Scrape = {
  /** type by name */
  readonly types: ReadonlyMap<string, string>;
  /** value by `name{labels}` */
  readonly values: ReadonlyMap<string, number>;
};

async function scrape(): Promise<Scrape> {
  const answer = await fetch(`${host.url}/metrics`);
  expect(answer.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
  const types = new Map<string, string>();
  const values = new Map<string, number>();
  for (const line of (await answer.text()).split("\n")) {
    const type = /^# TYPE (\S+) (\S+)$/.exec(line);
    if (type) types.set(type[1]!, type[2]!);
    const sample = /^(\w+(?:\{[^}]*\})?) (\S+)$/.exec(line);
    if (sample) values.set(sample[1]!, Number(sample[2]));
    if (!type && !sample) expect(line).toMatch(/^(# HELP .*)?$/);
  }
  return { types, values };
}

/** Name and type of every row of the table in the docs. */
function documented(): ReadonlyMap<string, string> {
  const rows = readFileSync(`${root}docs/metrics.md`, "utf8").matchAll(
    /^\| `(segue_\w+)` \| (counter|gauge|histogram) \|/gm,
  );
  return new Map([...rows].map(([, name, type]) => [name!, type!]));
}

describe("the metrics of a host", () => {
  it("are those that the docs name, each of the type named there", async () => {
    const { types } = await scrape();
    expect(documented().size).toBeGreaterThan(20);
    expect(new Map([...types].toSorted())).toEqual(new Map([...documented()].toSorted()));
  });

  it("are named as Prometheus would have it: base units, counters end in _total", async () => {
    const { types } = await scrape();
    for (const [name, type] of types) {
      expect(name).toMatch(/^segue(_[a-z]+)+$/);
      expect(name.endsWith("_total"), name).toBe(type === "counter");
      expect(name).not.toMatch(/_(ms|millis|mb|kb|percent)(_|$)/);
      if (type === "histogram") expect(name).toMatch(/_seconds$/);
    }
  });

  it("move when a chunk is rendered, and when it is had from memory", async () => {
    const address = `${base}/chunks/0?preset=warm&intensity=30`;
    const before = await scrape();
    await readWav(address);
    const rendered = await scrape();
    await readWav(address);
    const held = await scrape();
    const grew = (from: Scrape, to: Scrape, name: string) =>
      to.values.get(name)! - (from.values.get(name) ?? 0);

    // a chunk reaches into its second segment
    expect(grew(before, rendered, "segue_renders_total")).toBe(2);
    expect(grew(before, rendered, 'segue_cache_hits_total{tier="MISS"}')).toBe(2);
    expect(grew(before, rendered, 'segue_queue_wait_seconds_count{class="high"}')).toBe(2);
    expect(grew(before, rendered, 'segue_answer_seconds_count{kind="render"}')).toBe(2);
    expect(grew(before, rendered, 'segue_cache_bytes{tier="L2"}')).toBeGreaterThan(2_000_000);
    expect(
      grew(before, rendered, 'segue_http_answer_seconds_count{route="chunk",status="2xx"}'),
    ).toBe(1);

    expect(grew(rendered, held, "segue_renders_total")).toBe(0);
    expect(grew(rendered, held, 'segue_cache_hits_total{tier="L2"}')).toBe(2);
    expect(grew(rendered, held, 'segue_answer_seconds_count{kind="memory"}')).toBe(2);
    expect(held.values.get('segue_queue_depth{class="high"}')).toBe(0);
    expect(held.values.get("segue_renders_running")).toBe(0);
    for (const tier of ["L1", "L2", "L3"])
      expect(held.values.get(`segue_cache_budget_bytes{tier="${tier}"}`)).toBeGreaterThan(
        held.values.get(`segue_cache_bytes{tier="${tier}"}`)!,
      );
    expect(held.values.get('segue_worker_timeout_seconds{work="render"}')).toBeLessThan(15);
    expect(held.values.get('segue_worker_timeout_seconds{work="render"}')).toBeGreaterThan(2);
  });

  it("count one render for two who ask at once, and what was left by everybody", async () => {
    const address = `${base}/chunks/0?preset=gentle&intensity=70`;
    const before = await scrape();
    await Promise.all([readWav(address), readWav(address)]);
    const after = await scrape();
    const grew = (name: string) => after.values.get(name)! - before.values.get(name)!;
    expect(grew("segue_renders_total")).toBe(2);
    expect(grew("segue_renders_coalesced_total")).toBe(2);
  });

  it("tell refusals apart from answers", async () => {
    const path = new URL(base).pathname;
    expect((await ask(host.url, `${path}/chunks/999`)).status).toBe(404);
    const { values } = await scrape();
    expect(
      values.get('segue_http_answer_seconds_count{route="chunk",status="4xx"}'),
    ).toBeGreaterThanOrEqual(1);
  });
});

describe("the log of a host", () => {
  type Line = { readonly level: string; readonly time: string; readonly event: string };

  it("is one JSON object per line, of events that the docs name", async () => {
    await readWav(`${base}/chunks/1?preset=punchy`);
    const lines = (await readFile(join(place, "host.log"), "utf8")).trimEnd().split("\n");
    const events = lines.map((line) => JSON.parse(line) as Line);
    const named = new Set(
      [...readFileSync(`${root}docs/logging.md`, "utf8").matchAll(/^\| `(\w+\.\w+)` \|/gm)].map(
        ([, name]) => name,
      ),
    );
    for (const { level, time, event } of events) {
      expect(["error", "warn", "info", "debug"]).toContain(level);
      expect(Number.isNaN(Date.parse(time))).toBe(false);
      expect(named).toContain(event);
    }
    const seen = events.map(({ event }) => event);
    for (const event of ["host.listening", "track.opened", "actor.changed", "request.answered"])
      expect(seen).toContain(event);
    expect(events.find(({ event }) => event === "request.answered")).toMatchObject({
      route: expect.any(String),
      status: 200,
      ms: expect.any(Number),
    });
  });
});
