/** Events that are sent to the host's actors from outside: by its own page, and where it was started so. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { inspectionAnswerSchema } from "#engine/protocol/inspection.ts";
import { runHost, type RunningHost } from "../browser/runHost.ts";
import { writeMusic } from "./madeMusic.ts";

let place: string;
let host: RunningHost;

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "segue-send-"));
  const music = join(place, "music");
  await mkdir(music);
  writeMusic(join(music, "song.wav"), { seconds: 1, rate: 8000, channels: 1 });
  host = await runHost({ folders: [music], data: join(place, "data"), flags: ["--inspect"] });
}, 60_000);

afterAll(async () => {
  expect(await host?.stop()).toBe(0);
  await rm(place, { recursive: true, force: true });
});

type Line = { readonly id: string; readonly machine: string; readonly state: string };
const lines = async () => (await (await fetch(`${host.url}/api/inspect`)).json()) as Line[];

function send(what: unknown, headers: Record<string, string> = { origin: host.url }) {
  const body = typeof what === "string" ? what : JSON.stringify(what);
  return fetch(`${host.url}/api/inspect/send`, { method: "POST", headers, body });
}
const answered = async (what: unknown) => {
  const answer = await send(what);
  expect(answer.status).toBe(200);
  return inspectionAnswerSchema.parse(await answer.json()).refused;
};

it("names every actor for itself", async () => {
  const ids = (await lines()).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(
    expect.arrayContaining([
      "host/renderers/slot-0",
      "host/decoders/slot-0",
      "host/nativeDecoders",
    ]),
  );
});

it("an actor hears what the host's own page sends it", async () => {
  const pool = "host/decoders/slot-1";
  const state = async () => (await lines()).find(({ id }) => id === pool)?.state;
  for (let now = await state(); !now?.includes("idle");) now = await state();
  expect(await answered({ actor: pool, event: "worker.violated", data: "" })).toBeNull();
  expect(await state()).not.toContain("idle");
  // its worker is replaced
  for (let now = await state(); !now?.includes("idle");) now = await state();
});

it("is told why not, when it may not be sent", async () => {
  const cache = (await lines()).find(({ machine }) => machine === "cache")!.id;
  const wrong = [
    { actor: cache, event: "cache.close", data: "" },
    { actor: cache, event: "memory.changed", data: '{"level":"none"}' },
    { actor: "host/nobody", event: "memory.changed", data: '{"level":"tight"}' },
    { actor: "host", event: "host.stop", data: "" },
  ];
  for (const what of wrong) expect(await answered(what)).toMatch(/^[A-Z].*\.$/);
  expect((await fetch(`${host.url}/healthz`)).status).toBe(200);
});

it("nobody else is heard, and nothing that is no event", async () => {
  const what = { actor: "host/cache", event: "memory.changed", data: '{"level":"tight"}' };
  expect((await send(what, {})).status).toBe(400);
  expect((await send(what, { origin: "http://evil.example" })).status).toBe(400);
  expect((await send(what, { origin: "null" })).status).toBe(400);
  expect((await send("{")).status).toBe(400);
  expect((await send({ ...what, more: 1 })).status).toBe(400);
  expect((await send("x".repeat(10_000))).status).toBe(400);
});
