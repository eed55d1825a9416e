import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseFile } from "music-metadata";
import { afterEach, beforeEach, expect, it } from "vitest";
import { albumVersion, pieces } from "../../apps/node-host/demo/album.ts";
import { fileOf } from "../../apps/node-host/demo/albumManifest.ts";
import { DemoAlbumError, ensureDemoAlbum } from "../../apps/node-host/demo/ensureDemoAlbum.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "segue-demo-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Pretends that every piece but the named ones lies whole in the folder. */
async function pretend(missing: readonly string[], version = albumVersion): Promise<void> {
  const files: Record<string, number> = {};
  for (const piece of pieces.filter(({ title }) => !missing.includes(title))) {
    await writeFile(join(folder, fileOf(piece)), piece.title);
    files[fileOf(piece)] = piece.title.length;
  }
  await writeFile(join(folder, "album.json"), JSON.stringify({ version, files }));
}

it("makes the one piece that is missing, whole, and leaves the others alone", async () => {
  await pretend(["Glass Tram"]);
  await writeFile(join(folder, "05 Undertow.wav.part"), "left behind");
  const shares: number[] = [];
  const titles = new Set<string>();
  const made: string[] = [];
  await ensureDemoAlbum({
    folder,
    onPiece: (file) => made.push(file),
    onProgress: (share, title) => {
      shares.push(share);
      titles.add(title);
    },
  });
  expect([...titles]).toEqual(["Glass Tram"]);
  expect(made).toEqual(["02 Glass Tram.wav"]);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares.at(-1)).toBe(1);
  expect((await readdir(folder)).toSorted()).toEqual([...pieces.map(fileOf), "album.json"]);
  expect(await readFile(join(folder, fileOf(pieces[0]!)), "utf8")).toBe("First Light");
  const parsed = await parseFile(join(folder, fileOf(pieces[1]!)));
  expect(parsed.common).toMatchObject({ title: "Glass Tram", artist: "Segue", track: { no: 2 } });
  expect(parsed.format.duration).toBeGreaterThan(60);

  // Now everything is there: nothing is made, nobody is told.
  const before = await stat(join(folder, fileOf(pieces[1]!)));
  await ensureDemoAlbum({ folder, onProgress: () => expect.unreachable() });
  expect((await stat(join(folder, fileOf(pieces[1]!)))).mtimeMs).toBe(before.mtimeMs);
}, 120_000);

it("stops at once when aborted, and what is not whole has no music's name", async () => {
  const abort = new AbortController();
  const reason = new Error("Ctrl-C");
  const making = ensureDemoAlbum({
    folder,
    signal: abort.signal,
    onProgress: () => abort.abort(reason),
  });
  await expect(making).rejects.toBe(reason);
  expect((await readdir(folder)).filter((name) => name.endsWith(".wav"))).toEqual([]);
}, 60_000);

it("makes an album of another version anew, the first piece first", async () => {
  await pretend([], albumVersion + 1);
  const abort = new AbortController();
  let first = "";
  const making = ensureDemoAlbum({
    folder,
    signal: abort.signal,
    onProgress: (share, title) => {
      first ||= title;
      abort.abort(new Error("seen enough"));
    },
  });
  await expect(making).rejects.toThrow("seen enough");
  expect(first).toBe("First Light");
}, 60_000);

it("says in a fault why it could not be made", async () => {
  const file = join(folder, "not a folder");
  await writeFile(file, "");
  const making = ensureDemoAlbum({ folder: join(file, "demo"), onProgress: () => undefined });
  const failed = await making.catch((cause: unknown) => cause);
  expect(failed).toBeInstanceOf(DemoAlbumError);
  expect((failed as DemoAlbumError).fault.code).toBe("disk-failed");
}, 60_000);
