import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { pcmBlockFrames } from "#engine/audio/pcmStore.ts";
import { wavLayouts } from "#engine/audio/downmix.ts";
import { wavHeader } from "#engine/audio/wav.ts";
import { fault, type Fault } from "#engine/protocol/faults.ts";
import type { AudioRun } from "../../../apps/node-host/decode/audioStream.ts";
import { decodeFile, type Openers } from "../../../apps/node-host/decode/decodeFile.ts";
import type { DecodeNews } from "../../../apps/node-host/decode/decodeTasks.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "segue-decode-"));
  path = join(folder, "a.wav");
  writeFileSync(
    path,
    Buffer.concat([wavHeader({ rate: 8000, channels: 1, frames: 4 }), Buffer.alloc(8)]),
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const block = (): AudioRun => ({ planar: [new Float32Array(pcmBlockFrames).fill(0.5)] });

/** Decodes a file whose audio is what `audio` gives, whatever the file holds. */
async function decoded(
  audio: () => AsyncGenerator<AudioRun, Fault | null>,
  { isCancelled = (): boolean => false, shape = {}, pcmBytesMax = 1e9 } = {},
) {
  const news: DecodeNews[] = [];
  const stream = { rate: 8000, channels: 1, layouts: wavLayouts, bits: null, framesHint: null };
  const openers = {
    wav: async () => ({ ...stream, ...shape, runs: audio() }),
  } as unknown as Openers;
  const pcmFolder = join(folder, "pcm");
  await decodeFile({ path, pcmFolder, pcmBytesMax }, openers, (one) => news.push(one), isCancelled);
  return { news, left: existsSync(pcmFolder) ? readdirSync(pcmFolder) : [] };
}

const types = (news: readonly DecodeNews[]) => news.map((one) => one.type);

describe("decoding a file", () => {
  it("tells of each block once it can be read, then of the exact end", async () => {
    const { news, left } = await decoded(async function* () {
      yield block();
      yield { planar: [new Float32Array(7)] };
      return null;
    });
    expect(news).toMatchObject([
      {
        type: "probed",
        decoded: pcmBlockFrames,
        exact: false,
        info: { format: "f32", channels: 1 },
      },
      { type: "progress", decoded: pcmBlockFrames + 7 },
      { type: "done", total: pcmBlockFrames + 7 },
    ]);
    expect(left).toHaveLength(1);
  });

  it("of less than a block tells of all of it", async () => {
    const { news } = await decoded(async function* () {
      yield { planar: [new Float32Array(1)] };
      return null;
    });
    expect(news).toMatchObject([
      { type: "probed", decoded: 1 },
      { type: "progress", decoded: 1 },
      { type: "done", total: 1 },
    ]);
  });

  it("that gives no audio is a fault, and never probed", async () => {
    const { news, left } = await decoded(async function* () {
      yield { planar: [new Float32Array(0)] };
      return null;
    });
    expect(news).toMatchObject([{ type: "failed", fault: { code: "file-corrupt" } }]);
    expect(left).toEqual([]);
  });

  it("that stops with a fault keeps what came before it", async () => {
    const { news } = await decoded(async function* () {
      yield block();
      return fault("file-corrupt", "torn");
    });
    expect(types(news)).toEqual(["probed", "progress", "done"]);
  });

  it("that is written to meanwhile fails, and nothing of it is kept under the old name", async () => {
    const { news, left } = await decoded(async function* () {
      yield block();
      appendFileSync(path, "more");
      yield block();
      yield block();
      return null;
    });
    expect(types(news)).toEqual(["probed", "failed"]);
    expect(news.at(-1)).toMatchObject({ fault: { code: "source-changed", retryable: true } });
    expect(left).toEqual([]);
  });

  it("that is written to at the very end fails too", async () => {
    const { news, left } = await decoded(async function* () {
      yield block();
      appendFileSync(path, "more");
      return null;
    });
    expect(types(news)).toEqual(["probed", "failed"]);
    expect(left).toEqual([]);
  });

  it("that is cancelled says nothing more and leaves nothing", async () => {
    let cancelled = false;
    let closed = false;
    const { news, left } = await decoded(
      async function* () {
        try {
          yield block();
          cancelled = true;
          yield block();
          yield block();
          return null;
        } finally {
          closed = true;
        }
      },
      { isCancelled: () => cancelled },
    );
    expect(types(news)).toEqual(["probed", "progress"]);
    expect(left).toEqual([]);
    expect(closed).toBe(true);
  });

  it("that is longer than its header said stops at the store's budget", async () => {
    const { news, left } = await decoded(
      async function* () {
        for (;;) yield block();
      },
      { pcmBytesMax: 5 * pcmBlockFrames * 4 },
    );
    expect(news.at(-1)).toMatchObject({ type: "failed", fault: { code: "track-too-long" } });
    expect(left).toEqual([]);
  });

  it("of more than two channels is mixed down, in floats", async () => {
    const { news } = await decoded(
      async function* () {
        yield { planar: Array.from({ length: 6 }, () => new Float32Array(10).fill(0.25)) };
        return null;
      },
      { shape: { channels: 6, bits: 16 } },
    );
    expect(news[0]).toMatchObject({ info: { channels: 2, format: "f32" } });
  });

  it("has a rate that the engine knows", async () => {
    for (const rate of [7999, 192_001]) {
      const { news } = await decoded(
        async function* () {
          yield block();
          return null;
        },
        { shape: { rate } },
      );
      expect(news).toMatchObject([{ type: "failed", fault: { code: "format-unsupported" } }]);
    }
  });
});
