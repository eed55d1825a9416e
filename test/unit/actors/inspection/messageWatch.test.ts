/** What is told of what goes from side to side, and that it goes on as it came. */
import { beforeEach, expect, it } from "vitest";
import { InspectionRelay } from "#engine/actors/inspectionRelay.ts";
import { watchedConnect, watchedPort, watchedSpawn } from "#engine/actors/messageWatch.ts";
import type { SocketReport } from "#engine/ports/socket.ts";
import type { WorkerReport } from "#engine/ports/workerSlot.ts";
import { inspectionNoteSchema, type InspectionNote } from "#engine/protocol/inspection.ts";

let relay: InspectionRelay;
let told: InspectionNote[];
let stop: () => void;

beforeEach(() => {
  relay = new InspectionRelay(() => 7);
  told = [];
  stop = relay.watch((note) => told.push(inspectionNoteSchema.parse(note)));
});
const words = () =>
  told.map(
    (note) => note.type === "message" && `${note.from}>${note.to} ${note.name} ${note.data}`,
  );

it("of a port both ways are told; nothing while nobody watches", () => {
  const posted: unknown[][] = [];
  let say = (_: unknown): void => undefined;
  const port = watchedPort(
    {
      post: (...all) => posted.push(all),
      listen: (emit) => (say = emit),
      close: () => undefined,
    },
    { here: "worker", there: "page" },
    relay,
  );
  const heard: unknown[] = [];
  port.listen((message) => heard.push(message));
  const buffer = new ArrayBuffer(8);
  port.post({ type: "window/state", bytes: 5 }, [buffer]);
  say({ type: "page/open", token: "secret", url: "ws://x" });
  expect(posted).toEqual([[{ type: "window/state", bytes: 5 }, [buffer]]]);
  expect(heard).toHaveLength(1);
  expect(words()).toEqual([
    'worker>page window/state {"bytes":5}',
    'page>worker page/open {"token":"…","url":"ws://x"}',
  ]);
  stop();
  say({ type: "page/leave" });
  expect([heard.length, told.length]).toEqual([2, 2]);
});

it("of a socket messages are told by their type, slices by their bytes, and what is no message at all", () => {
  let report = (_: SocketReport): void => undefined;
  const sent: unknown[] = [];
  const connect = watchedConnect(
    (_, emit) => {
      report = emit;
      return {
        send: (data) => sent.push(data),
        close: () => undefined,
        bufferedBytes: () => 3,
      };
    },
    { here: "worker", there: "host" },
    relay,
  );
  const heard: SocketReport[] = [];
  const socket = connect({ url: "ws://x" }, (each) => heard.push(each));
  socket.send('{"type":"hello","version":1}');
  report({ type: "text", text: '{"type":"pong","at":1}' });
  report({ type: "binary", bytes: new Uint8Array(48 + 100) });
  report({ type: "text", text: "{" });
  report({ type: "closed", code: 1001, reason: "leaving" });
  expect(sent).toEqual(['{"type":"hello","version":1}']);
  expect(heard).toHaveLength(4);
  expect(socket.bufferedBytes()).toBe(3);
  expect(words()).toEqual([
    'worker>host hello {"version":1}',
    'host>worker pong {"at":1}',
    'host>worker slice {"bytes":100}',
    "host>worker no JSON ",
    'host>worker socket closed {"code":1001,"reason":"leaving"}',
  ]);
});

it("of a worker it is told what it is to do, and what it reports, without the samples", () => {
  let report = (_: WorkerReport): void => undefined;
  const orders: unknown[] = [];
  const spawn = watchedSpawn(
    (emit) => {
      report = emit;
      return { post: (order) => orders.push(order), terminate: () => undefined };
    },
    { here: "host", there: "renderers" },
    relay,
  );
  const heard: WorkerReport[] = [];
  const worker = spawn((each) => heard.push(each));
  worker.post({ type: "job/start", job: 1, task: { type: "render" } });
  const slice = { type: "slice", samples: new Uint8Array(64) };
  report({ type: "message", message: { type: "job/report", job: 1, report: slice } });
  report({ type: "exited", detail: "exit code 0" });
  expect([orders.length, heard.length]).toEqual([1, 2]);
  expect(words()).toEqual([
    'host>renderers job/start render {"job":1,"task":{"type":"render"}}',
    'renderers>host job/report slice {"job":1,"report":{"type":"slice","samples":"64 bytes"}}',
    'renderers>host worker exited {"detail":"exit code 0"}',
  ]);
});
