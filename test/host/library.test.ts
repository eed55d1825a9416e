import { chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { copyFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fault } from "#engine/protocol/faults.ts";
import { frames } from "#engine/protocol/geometry.ts";
import { trackListSchema } from "#engine/protocol/library.ts";
import { openLibrary, type Library } from "../../apps/node-host/library/library.ts";
import { writeWav } from "../browser/frameCode.ts";

let place: string;
let music: string;
let told: string[];
const open: Library[] = [];

beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), "segue-library-"));
  music = join(place, "music");
  await mkdir(music);
  told = [];
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((library) => library.close()));
  await rm(place, { recursive: true, force: true });
});

async function opened(folders: readonly string[] = [music]): Promise<Library> {
  const tell = (line: string): unknown => told.push(line);
  const library = await openLibrary({ folders, data: join(place, "data"), tell });
  open.push(library);
  return library;
}
async function scanned(folders?: readonly string[]): Promise<Library> {
  const library = await opened(folders);
  await library.scan();
  return library;
}

const fixture = (name: string) =>
  fileURLToPath(new URL(`../fixtures/audio/${name}`, import.meta.url));

it("an Ogg file's length is known before it is decoded, so that a listener can seek in it", async () => {
  const names = ["tone.ogg", "tone.opus"];
  for (const name of names) copyFileSync(fixture(name), join(music, name));
  const { tracks } = (await scanned()).list();
  expect(tracks.map(({ durationFrames }) => durationFrames > 0)).toEqual([true, true]);
});

const titles = (library: Library) => library.list().tracks.map(({ title }) => title);
const wav = (path: string, seconds = 1, rate = 8000) =>
  writeWav(path, new Int16Array(seconds * rate * 2).fill(7), rate, 2);
const checked = (library: Library, track: string) =>
  new Promise<Parameters<Parameters<Library["check"]>[1]>[0]>((resolve) =>
    library.check({ track }, resolve),
  );

describe("the library", () => {
  it("finds music in folders below, in natural order, and calls it by file name without tags", async () => {
    await mkdir(join(music, "b/deep/er"), { recursive: true });
    for (const name of ["10 ten.wav", "9 nine.wav", "b/deep/er/one.wav"]) wav(join(music, name));
    await writeFile(join(music, "notes.txt"), "no music");
    wav(join(music, ".hidden.wav"));
    const library = await scanned();
    expect(titles(library)).toEqual(["9 nine", "10 ten", "one"]);
    expect(trackListSchema.parse(library.list()).tracks[0]).toMatchObject({
      durationFrames: 8000,
      exact: false,
      sampleRate: 8000,
      channels: 2,
      format: "wav",
    });
  });

  it("takes names with spaces, quotes, other scripts and bytes that are no text", async () => {
    const names = [`it's "so" & <b>.wav`, "песня №5.wav", "音楽 🎵.wav", "percent%2F..%00.wav"];
    for (const name of names) wav(join(music, name));
    const raw = Buffer.concat([
      Buffer.from(`${music}/caf`),
      Buffer.from([0xe9, 0xff]),
      Buffer.from(".wav"),
    ]);
    wav(join(music, "source.wav"));
    writeFileSync(raw, Buffer.from("RIFF"));
    const library = await scanned();
    expect(titles(library)).toEqual(expect.arrayContaining(names.map((name) => name.slice(0, -4))));
    const odd = library.list().tracks.find(({ title }) => title.startsWith("caf"))!;
    expect(odd.title).toBe("caf\ufffd\ufffd");
    // whatever reads it gets a path that can be opened
    expect(await checked(library, odd.id)).toMatchObject({ type: "found" });
    for (const { id } of library.list().tracks) expect(id).toMatch(/^[\w-]{43}$/);
  });

  it("gives a track the same opaque id at every start", async () => {
    wav(join(music, "a.wav"));
    const first = (await scanned()).list().tracks[0]!.id;
    expect((await scanned()).list().tracks[0]!.id).toBe(first);
    expect(first).not.toContain("a.wav");
  });

  it("LINK-2: knows a track of the run before until its first scan has looked: a player is back before that", async () => {
    wav(join(music, "one.wav"));
    const before = await scanned();
    const [track] = before.list().tracks;
    await before.close();
    const again = await opened();
    expect(again.find(track!.id)).toEqual(before.find(track!.id));
    expect(again.track(track!.id)).toBeDefined();
    expect(await checked(again, track!.id)).toMatchObject({ type: "found" });
    // of folders that are not served any more nothing is known
    await again.close();
    const elsewhere = join(place, "elsewhere");
    await mkdir(elsewhere);
    const other = await opened([elsewhere]);
    expect(other.find(track!.id)).toBeUndefined();
    expect(await checked(other, track!.id)).toMatchObject({ fault: { code: "track-unknown" } });
  });

  it("forgets what the first scan did not find", async () => {
    wav(join(music, "one.wav"));
    const before = await scanned();
    const { id } = before.list().tracks[0]!;
    await before.close();
    await rm(join(music, "one.wav"));
    const again = await opened();
    expect(await checked(again, id)).toMatchObject({ fault: { code: "file-missing" } });
    await again.scan();
    expect(again.track(id)).toBeUndefined();
  });

  it("lists what is broken with its fault and everything else as if nothing were", async () => {
    wav(join(music, "good.wav"));
    await writeFile(join(music, "text.mp3"), "This is a letter, not music.\n".repeat(50));
    await writeFile(join(music, "empty.flac"), "");
    await symlink(join(place, "nowhere.wav"), join(music, "gone.wav"));
    const library = await scanned();
    const faults = library.list().tracks.map(({ title, fault }) => [title, fault?.code]);
    expect(faults).toEqual([
      ["empty", "file-empty"],
      ["good", undefined],
      ["text", "file-corrupt"],
    ]);
    expect(told.join("\n")).toMatch(/gone\.wav does not exist/);
  });

  it("reports what it may not read, and passes it by", async () => {
    wav(join(music, "secret.wav"));
    wav(join(music, "open.wav"));
    await mkdir(join(music, "closed"));
    wav(join(music, "closed/inside.wav"));
    await chmod(join(music, "secret.wav"), 0);
    await chmod(join(music, "closed"), 0);
    await chmod(place, 0o755);
    // root may read everything: somebody else looks
    const isRoot = process.getuid!() === 0;
    if (isRoot) process.seteuid!(65_534);
    let library;
    try {
      library = await scanned();
    } finally {
      if (isRoot) process.seteuid!(0);
      await chmod(join(music, "closed"), 0o755);
    }
    const faults = library.list().tracks.map(({ title, fault }) => [title, fault?.code]);
    expect(faults).toEqual([
      ["open", undefined],
      ["secret", "file-unreadable"],
    ]);
    expect(told.join("\n")).toMatch(/closed may not be read/);
  });

  it("walks a loop of links once", async () => {
    await mkdir(join(music, "a"));
    wav(join(music, "a/x.wav"));
    await symlink(music, join(music, "a/loop"));
    expect(titles(await scanned())).toEqual(["x"]);
  });

  it("is empty, and no error, for a folder without music", async () => {
    expect((await scanned()).list()).toMatchObject({ tracks: [], scanning: false });
    expect(told).toEqual([]);
  });

  it("leaves its own data out when that lies inside the music", async () => {
    await mkdir(join(place, "data/demo"), { recursive: true });
    wav(join(place, "data/demo/d.wav"));
    wav(join(music, "m.wav"));
    expect(titles(await scanned([place]))).toEqual(["m"]);
    expect(titles(await scanned([join(place, "data/demo")]))).toEqual(["d"]);
  });

  it("follows files that come, change and go, with a growing revision", async () => {
    wav(join(music, "a.wav"));
    wav(join(music, "b.wav"));
    const library = await scanned();
    const revision = library.list().revision;
    wav(join(music, "c.wav"));
    wav(join(music, "a.wav"), 2);
    await rm(join(music, "b.wav"));
    await library.scan();
    expect(titles(library)).toEqual(["a", "c"]);
    expect(library.list().tracks[0]!.durationFrames).toBe(16_000);
    expect(library.list().revision).toBeGreaterThan(revision);
  });

  it("tells on a check that the file changed, or that it is gone", async () => {
    const path = join(music, "a.wav");
    wav(path);
    const library = await scanned();
    const { id } = library.list().tracks[0]!;
    const before = await checked(library, id);
    await utimes(path, 1, 1);
    const after = await checked(library, id);
    expect(before.type === "found" && after.type === "found").toBe(true);
    if (before.type === "found" && after.type === "found")
      expect(after.source.signature).not.toBe(before.source.signature);
    await rm(path);
    expect(await checked(library, id)).toMatchObject({
      type: "failed",
      fault: { code: "file-missing", retryable: true },
    });
    expect(await checked(library, "nobody")).toMatchObject({ fault: { code: "track-unknown" } });
  });

  it("lets the decoder have the last word, also after a restart", async () => {
    wav(join(music, "a.wav"));
    const library = await scanned();
    const { id } = library.list().tracks[0]!;
    const { path } = library.find(id)!;
    library.note(path, { type: "done", total: frames(7990) });
    expect(library.list().tracks[0]).toMatchObject({ durationFrames: 7990, exact: true });
    await library.close();
    expect((await scanned()).list().tracks[0]).toMatchObject({ durationFrames: 7990, exact: true });
  });

  it("keeps a fault that the decoder found, over rescans and a restart, and tells of it once", async () => {
    const path = join(music, "a.wav");
    wav(path);
    const library = await scanned();
    const broken = fault("file-corrupt", "The file is damaged.");
    library.note(path, { type: "failed", fault: broken });
    await library.scan();
    library.note(path, { type: "failed", fault: broken });
    expect(library.list().tracks[0]!.fault).toEqual(broken);
    expect(told).toEqual([`${path}: The file is damaged.`]);
    await library.close();
    expect((await scanned()).list().tracks[0]!.fault).toEqual(broken);
    // another file under the same name begins anew
    wav(path, 2);
    expect((await scanned()).list().tracks[0]!.fault).toBeUndefined();
  });

  it("forgets over a restart what another budget may cure", async () => {
    const path = join(music, "a.wav");
    wav(path);
    const library = await scanned();
    library.note(path, { type: "failed", fault: fault("track-too-long", "It is too long.") });
    await library.scan();
    expect(library.list().tracks[0]!.fault?.code).toBe("track-too-long");
    await library.close();
    expect((await scanned()).list().tracks[0]!.fault).toBeUndefined();
  });

  it("says nothing after a scan that found nothing new: no revision, no watcher, no line", async () => {
    wav(join(music, "good.wav"));
    await writeFile(join(music, "text.mp3"), "This is a letter, not music.\n".repeat(50));
    await symlink(join(place, "nowhere.wav"), join(music, "gone.wav"));
    const library = await scanned();
    const { revision } = library.list();
    const lines = [...told];
    expect(lines).toHaveLength(2);
    const again = library.scan();
    expect(library.list()).toMatchObject({ revision, scanning: false });
    await again;
    expect(library.list()).toMatchObject({ revision, scanning: false });
    expect(told).toEqual(lines);
    // the broken file is told of again when it is another one
    await writeFile(join(music, "text.mp3"), "Another letter.\n".repeat(70));
    await library.scan();
    expect(library.list().revision).toBeGreaterThan(revision);
    expect(told).toHaveLength(3);
    const before = library.list().revision;
    await rm(join(music, "text.mp3"));
    await library.scan();
    expect(library.list().revision).toBeGreaterThan(before);
  });

  it("tells its watchers of changes until they leave", async () => {
    wav(join(music, "a.wav"));
    const library = await scanned();
    const heard = new Promise<number>((resolve) => library.watch(resolve));
    wav(join(music, "b.wav"));
    await library.scan();
    expect(await heard).toBe(library.list().revision);
  });
});
