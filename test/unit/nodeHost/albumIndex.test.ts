import { describe, expect, it } from "vitest";
import { fault } from "#engine/protocol/faults.ts";
import { AlbumIndex } from "../../../apps/node-host/library/albumIndex.ts";
import type { LibraryTrack, TrackFacts } from "../../../apps/node-host/library/track.ts";

function track(id: string, facts: Partial<TrackFacts>, folder = "f"): LibraryTrack {
  return {
    id,
    path: `/${folder}/${id}.wav`,
    folder,
    name: id,
    signature: "1",
    facts: {
      title: id,
      artist: "A",
      album: "L",
      albumArtist: "",
      disc: 0,
      number: 0,
      format: "wav",
      sampleRate: 44_100,
      channels: 2,
      frames: 100,
      exact: false,
      claimedSeconds: null,
      cover: null,
      fault: null,
      sourceId: `content of ${id}`,
      ...facts,
    },
  };
}

function around(middle: string, ...tracks: readonly LibraryTrack[]): string {
  const albums = new AlbumIndex();
  for (const each of tracks) albums.put(each, undefined);
  return albums
    .of(tracks.find(({ id }) => id === middle)!)
    .map(({ id }) => id)
    .join(" ");
}

describe("an album", () => {
  it("is its tracks by number, whatever their order in the folder, with what was decoded of each", () => {
    const albums = new AlbumIndex();
    const tracks = [
      track("b", { number: 2, sourceId: null }),
      track("a", { number: 1 }),
      track("c", { number: 3 }),
    ];
    for (const each of tracks) albums.put(each, undefined);
    for (const each of tracks)
      expect(albums.of(each)).toEqual([
        { id: "a", sourceId: "content of a" },
        { id: "b", sourceId: null },
        { id: "c", sourceId: "content of c" },
      ]);
  });

  it("goes on from one disc to the next, and a track without a disc is on the first", () => {
    const tracks = [
      track("a", { number: 1 }),
      track("b", { number: 2, disc: 1 }, "cd1"),
      track("c", { number: 1, disc: 2 }, "cd2"),
    ];
    expect(around("c", ...tracks)).toBe("a b c");
  });

  it("ends where a number is missing, or a file that cannot be played", () => {
    const tracks = [1, 2, 4, 5, 6, 7].map((number) => track(`t${number}`, { number }));
    tracks[5] = track("t7", { number: 7, fault: fault("file-corrupt", "broken") });
    expect(around("t1", ...tracks)).toBe("t1 t2");
    expect(around("t5", ...tracks)).toBe("t4 t5 t6");
    expect(around("t7", ...tracks)).toBe("");
  });

  it("is one of its artist: by the album artist, or the artist where nobody is named", () => {
    const guests = ["X", "Y"].map((artist, at) =>
      track(artist, { artist, albumArtist: "A", number: at + 1 }),
    );
    const other = track("z", { artist: "Z", number: 3 });
    expect(around("X", ...guests, other)).toBe("X Y");
    expect(around("z", ...guests, other)).toBe("");
  });

  it("that lies in two folders is one in each", () => {
    const twice = ["f", "g"].flatMap((folder) =>
      [1, 2].map((number) => track(`${folder}${number}`, { number }, folder)),
    );
    expect(around("f1", ...twice)).toBe("f1 f2");
    expect(around("g2", ...twice)).toBe("g1 g2");
  });

  it("is nothing where there are no tags, or two files of one number in one folder", () => {
    expect(around("a", track("a", { number: 1, album: "" }), track("b", { number: 2 }))).toBe("");
    expect(around("a", track("a", {}), track("b", {}))).toBe("");
    const twice = [track("a", { number: 1 }), track("b", { number: 1 }), track("c", { number: 2 })];
    expect(around("a", ...twice)).toBe("");
  });

  it("follows its tracks when their tags change, or they go", () => {
    const albums = new AlbumIndex();
    const [a, b, c] = [1, 2, 3].map((number) => track(`t${number}`, { number }));
    for (const each of [a, b, c]) albums.put(each!, undefined);
    albums.put(track("t3", { number: 3, album: "M" }), c);
    expect(albums.of(a!)).toHaveLength(2);
    albums.remove(b!);
    expect(albums.of(a!)).toEqual([]);
  });
});
