/** Asks the host over HTTP as any client would. */
import { request } from "node:http";
import { trackListSchema, type TrackEntry } from "#engine/protocol/library.ts";

export type Wav = {
  readonly rate: number;
  readonly channels: number;
  readonly bits: number;
  readonly samples: Buffer;
};

/** Reads a plain 44-byte-header WAV. @throws Error when the header does not fit the body */
export function parseWav(bytes: Buffer): Wav {
  const samples = bytes.subarray(44);
  const intact =
    bytes.toString("latin1", 0, 4) === "RIFF" &&
    bytes.toString("latin1", 8, 16) === "WAVEfmt " &&
    bytes.readUInt32LE(4) === bytes.byteLength - 8 &&
    bytes.readUInt32LE(40) === samples.byteLength;
  if (!intact) throw new Error(`no WAV of ${bytes.byteLength} bytes`);
  return {
    channels: bytes.readUInt16LE(22),
    rate: bytes.readUInt32LE(24),
    bits: bytes.readUInt16LE(34),
    samples,
  };
}

/** The list once the scan has ended. */
export async function readTracks(url: string): Promise<readonly TrackEntry[]> {
  for (;;) {
    const list = trackListSchema.parse(await (await fetch(`${url}/api/tracks`)).json());
    if (!list.scanning) return list.tracks;
  }
}

export async function readWav(address: string): Promise<Wav & { readonly headers: Headers }> {
  const answer = await fetch(address);
  const bytes = Buffer.from(await answer.arrayBuffer());
  if (answer.status !== 200) throw new Error(`${answer.status}: ${bytes.toString().slice(0, 300)}`);
  return { ...parseWav(bytes), headers: answer.headers };
}

/** A request whose path goes over the wire as it is written: `fetch` would tidy it up. */
export function ask(
  url: string,
  path: string,
  options: { readonly method?: string; readonly headers?: Record<string, string> } = {},
): Promise<{
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path, agent: false, ...options }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("error", reject);
      answer.on("end", () =>
        resolve({
          status: answer.statusCode!,
          headers: answer.headers,
          body: Buffer.concat(parts),
        }),
      );
    });
    asked.on("error", reject);
    asked.end();
  });
}
