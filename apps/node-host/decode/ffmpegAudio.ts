/** What only ffmpeg decodes here: it is used when the user has it, and never needed. */
import { spawn, spawnSync } from "node:child_process";
import { wavLayouts } from "#engine/audio/downmix.ts";
import { fault, type Fault } from "#engine/protocol/faults.ts";
import type { AudioRun, AudioStream } from "./audioStream.ts";
import type { ByteFile } from "./byteFile.ts";
import type { Mp4Audio } from "./mp4Boxes.ts";

let known: boolean | undefined;

/** Whether there is an `ffmpeg` on the path. Costs one start of it, once. */
export function hasFfmpeg(): boolean {
  known ??= spawnSync("ffmpeg", ["-version"], { stdio: "ignore" }).status === 0;
  return known;
}

/** Announced band replication doubles the rate of the core; ffmpeg trims the edges itself. */
export function openWithFfmpeg(file: ByteFile, shape: Mp4Audio): AudioStream {
  const rate = shape.highEfficiency && shape.rate <= 24_000 ? shape.rate * 2 : shape.rate;
  const channels = Math.max(1, shape.channels);
  async function* runs(): AsyncGenerator<AudioRun, Fault | null> {
    const output = [
      "-map",
      "0:a:0",
      "-f",
      "f32le",
      "-ar",
      String(rate),
      "-ac",
      String(channels),
      "-",
    ];
    const child = spawn(
      "ffmpeg",
      ["-v", "error", "-nostdin", "-i", `file:${file.path}`, ...output],
      {
        stdio: ["ignore", "pipe", "ignore"],
      },
    );
    const exited = new Promise<number | null>((resolve) => {
      child.once("error", () => resolve(null));
      child.once("close", (code) => resolve(code));
    });
    try {
      let rest: Buffer = Buffer.alloc(0);
      for await (const piece of child.stdout as AsyncIterable<Buffer>) {
        const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
        const count = Math.floor(bytes.length / (4 * channels));
        rest = bytes.subarray(count * 4 * channels);
        if (count === 0) continue;
        const planar = Array.from({ length: channels }, (_, channel) => {
          const samples = new Float32Array(count);
          for (let i = 0, at = 4 * channel; i < count; i++, at += 4 * channels)
            samples[i] = bytes.readFloatLE(at);
          return samples;
        });
        yield { planar };
      }
      return (await exited) === 0
        ? null
        : fault("file-corrupt", "ffmpeg could not decode the file.");
    } finally {
      child.kill("SIGKILL");
    }
  }
  return {
    rate,
    channels,
    layouts: wavLayouts,
    bits: shape.bits,
    framesHint: shape.total,
    runs: runs(),
  };
}
