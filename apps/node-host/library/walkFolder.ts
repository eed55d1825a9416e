import { createHash } from "node:crypto";
import { mkdir, readdir, stat, symlink } from "node:fs/promises";
import { join } from "node:path";
import { fault, type Fault } from "#engine/protocol/faults.ts";
import type { TrackId } from "#engine/protocol/limits.ts";
import { faultOfErrno } from "../faultOfErrno.ts";

/** names of files that are heard */
export const audio = /\.(wav|wave|flac|mp3|ogg|oga|opus|m4a|mp4|aac)$/i;
const pictures = /^(cover|folder|front|album)\.(jpe?g|png|webp)$/i;

export type FoundFile = {
  readonly id: TrackId;
  readonly path: string;
  readonly folder: string;
  readonly name: string;
  readonly extension: string;
  readonly signature: string;
  readonly bytes: number;
  /** name of a picture that lies beside it, or null */
  readonly picture: string | null;
};

export type WalkReport =
  /** before anything in it; `identity` tells it from another folder that has its name later */
  | { readonly type: "folder"; readonly place: Buffer; readonly identity: string }
  | { readonly type: "file"; readonly file: FoundFile }
  | { readonly type: "unreadable"; readonly path: string; readonly fault: Fault };

/** Walks a folder, depth first, in no particular order; links are followed, each folder once.
 *  Hidden files and `except` (the data folder) are left out. What cannot be read is reported and
 *  passed by.
 *  @param aliases folder for links to files whose names are not valid UTF-8: names are bytes on
 *    most systems, and decoders take strings */
export async function* walkFolder(
  root: string,
  aliases: string,
  except: string,
): AsyncGenerator<WalkReport> {
  const seen = new Set<string>();
  const pending: { readonly place: Buffer; readonly folder: string }[] = [
    { place: Buffer.from(root), folder: "" },
  ];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { place, folder } = next;
    let entries;
    try {
      const { dev, ino } = await stat(place, { bigint: true });
      if (seen.has(`${dev}:${ino}`) || place.equals(Buffer.from(except))) continue;
      seen.add(`${dev}:${ino}`);
      yield { type: "folder", place, identity: `${dev}:${ino}` };
      entries = await readdir(place, { withFileTypes: true, encoding: "buffer" });
    } catch (cause) {
      yield {
        type: "unreadable",
        path: place.toString(),
        fault: faultOfErrno(cause, place.toString()),
      };
      continue;
    }
    const picture = entries.map(({ name }) => name.toString()).find((name) => pictures.test(name));
    for (const entry of entries) {
      const name = entry.name.toString();
      if (name.startsWith(".")) continue;
      const path = Buffer.concat([place, Buffer.from("/"), entry.name]);
      const isLink = entry.isSymbolicLink();
      if (!entry.isDirectory() && !isLink && !(entry.isFile() && audio.test(name))) continue;
      try {
        const found = entry.isDirectory() ? undefined : await stat(path);
        if (!found || found.isDirectory()) {
          pending.push({ place: path, folder: folder ? `${folder}/${name}` : name });
          continue;
        }
        if (!audio.test(name) || !found.isFile()) continue;
        const id = trackId(root, path);
        const extension = /[^.]*$/.exec(name)![0].toLowerCase();
        yield {
          type: "file",
          file: {
            id,
            path: await openablePath(path, aliases, `${id}.${extension}`),
            folder,
            name: name.slice(0, -extension.length - 1),
            extension,
            signature: signatureOf(found),
            bytes: found.size,
            picture: picture ?? null,
          },
        };
      } catch (cause) {
        yield { type: "unreadable", path: path.toString(), fault: faultOfErrno(cause, name) };
      }
    }
  }
}

/** Changes whenever the file does. */
export function signatureOf(found: { readonly size: number; readonly mtimeMs: number }): string {
  return `${found.size}-${found.mtimeMs}`;
}

/** Opaque, and the same at every start: a digest of the root and the path below it. */
function trackId(root: string, path: Buffer): TrackId {
  const relative = path.subarray(Buffer.byteLength(root) + 1);
  return createHash("sha256").update(root).update("\0").update(relative).digest("base64url");
}

async function openablePath(path: Buffer, aliases: string, alias: string): Promise<string> {
  const text = path.toString();
  if (Buffer.from(text).equals(path)) return text;
  await mkdir(aliases, { recursive: true });
  const link = join(aliases, alias);
  await symlink(path, link).catch((cause: NodeJS.ErrnoException) => {
    // made by an earlier scan: the id is a digest of the target's path
    if (cause.code !== "EEXIST") throw cause;
  });
  return link;
}

/** One fault for everything that holds no folder: said before anything is started. */
export async function checkFolder(path: string): Promise<Fault | undefined> {
  try {
    const found = await stat(path);
    return found.isDirectory() ? undefined : fault("file-missing", `${path} is not a folder.`);
  } catch (cause) {
    return faultOfErrno(cause, path);
  }
}
