import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { LRUCache } from "lru-cache";
import { readCover } from "../library/readTags.ts";
import type { LibraryTrack } from "../library/track.ts";
import { refusal } from "./answers.ts";
import type { Exchange } from "./router.ts";

type Cover = { readonly bytes: Uint8Array; readonly type: string; readonly etag: string };

const bytesMax = 16 << 20;

/** Serves `GET /api/tracks/ID/cover`: the picture in the file's tags, or the one beside it. Only what is a
 *  picture by its first bytes is served, whatever the tag calls it. */
export function createCovers(): (track: LibraryTrack, exchange: Exchange) => Promise<void> {
  const kept = new LRUCache<string, Cover>({
    maxSize: bytesMax,
    sizeCalculation: ({ bytes }) => bytes.byteLength,
  });
  return async (track, { request, response }) => {
    const name = `${track.id} ${track.signature}`;
    const cover = kept.get(name) ?? (await read(track));
    if (!cover) throw refusal("not-found", "The track has no cover picture.");
    kept.set(name, cover);
    const headers = { etag: cover.etag, "cache-control": "private, max-age=300" };
    if (request.headers["if-none-match"]?.includes(cover.etag)) {
      response.writeHead(304, headers).end();
      return;
    }
    response.writeHead(200, {
      ...headers,
      "content-type": cover.type,
      "content-length": cover.bytes.byteLength,
      // a picture is looked at, never run
      "content-security-policy": "default-src 'none'; sandbox",
    });
    response.end(request.method === "HEAD" ? undefined : cover.bytes);
  };
}

async function read({ path, facts }: LibraryTrack): Promise<Cover | undefined> {
  if (!facts.cover) return undefined;
  let bytes: Uint8Array | undefined;
  try {
    bytes =
      facts.cover.kind === "tag"
        ? await readCover(path)
        : await readFile(join(dirname(path), facts.cover.name));
  } catch {
    // the file went since the scan, or is damaged: a missing picture is all the listener sees
    return undefined;
  }
  const type = bytes && bytes.byteLength <= bytesMax ? pictureType(bytes) : undefined;
  if (!bytes || !type) return undefined;
  return { bytes, type, etag: `"${createHash("sha256").update(bytes).digest("base64url")}"` };
}

function pictureType(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 12)).toString("latin1");
  if (head.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (head.startsWith("\x89PNG\r\n")) return "image/png";
  if (head.startsWith("GIF8")) return "image/gif";
  if (head.startsWith("RIFF") && head.endsWith("WEBP")) return "image/webp";
  return undefined;
}
