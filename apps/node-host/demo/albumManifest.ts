/** Which pieces of the demo album lie whole in a folder: `album.json` beside them says so. */
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/mini";
import { albumVersion, pieces } from "./album.ts";
import type { Piece } from "./music/score.ts";

const manifestName = "album.json";
const manifestSchema = z.strictObject({
  version: z.number(),
  /** bytes of each file, by its name */
  files: z.record(z.string(), z.number()),
});
type Manifest = z.infer<typeof manifestSchema>;

/** Name of a piece's file inside the folder. */
export function fileOf(piece: Piece): string {
  return `${piece.file}.wav`;
}

/** Pieces that are not there, have another length than when they were written, or come from another
 *  version. A folder that does not exist misses all of them. */
export async function missingPieces(folder: string): Promise<Piece[]> {
  const { files } = await readManifest(folder);
  const sizes = await Promise.all(
    pieces.map((piece) =>
      stat(join(folder, fileOf(piece))).then(
        (found) => found.size,
        // What cannot be looked at is made anew; if it cannot be written either, that is the fault.
        () => -1,
      ),
    ),
  );
  return pieces.filter((piece, i) => files[fileOf(piece)] !== sizes[i]);
}

/** Writes one piece under another name, waits until it is on the disk, then renames it and enters it
 *  into the manifest. @throws what the operating system says */
export async function storePiece(folder: string, piece: Piece, bytes: Uint8Array): Promise<void> {
  const { files } = await readManifest(folder);
  const name = fileOf(piece);
  await writeWhole(join(folder, name), bytes);
  const manifest: Manifest = { version: albumVersion, files: { ...files, [name]: bytes.length } };
  await writeWhole(join(folder, manifestName), Buffer.from(JSON.stringify(manifest, null, 2)));
}

/** Makes the folder and removes what an interrupted run left behind. */
export async function prepareFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const left = (await readdir(folder)).filter((name) => name.endsWith(".part"));
  await Promise.all(left.map((name) => rm(join(folder, name), { force: true })));
}

async function readManifest(folder: string): Promise<Manifest> {
  const none: Manifest = { version: albumVersion, files: {} };
  try {
    const parsed = manifestSchema.safeParse(
      JSON.parse(await readFile(join(folder, manifestName), "utf8")),
    );
    return parsed.success && parsed.data.version === albumVersion ? parsed.data : none;
  } catch {
    // Absent or torn: nothing is known to be whole, so everything is made.
    return none;
  }
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const part = `${path}.part`;
  const file = await open(part, "w");
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(part, path);
}
