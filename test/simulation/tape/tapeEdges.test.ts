/** Tapes of what real ports seldom do: reports that come at once, lists that grow, work without end. */
import { describe, expect, it } from "vitest";
import type { TrackEntry, TrackList } from "#engine/protocol/library.ts";
import { shippedRoots, type Roots } from "../roots.ts";
import { recordedPage } from "./recordedPage.ts";
import { replayTape } from "./replayTape.ts";

function entry(number: number, title = `Track ${number}`): TrackEntry {
  const facts = { artist: "", album: "", durationFrames: 8000, exact: true, sampleRate: 8000 };
  return { id: `t${number}`, title, ...facts, channels: 2, format: "wav" };
}

const libraryChanged = (revision: number) => ({ type: "library/changed", revision });

describe("a report that comes while its call is being made", () => {
  it("is heard at the same place in a replay, in the midst of what asked for it", () => {
    const list: TrackList = { tracks: [entry(1)], scanning: false, revision: 1 };
    const { page, worker, tape } = recordedPage((_, emit) => {
      emit({ type: "tracks", list });
      return () => undefined;
    });
    page.choose("t1");
    worker.hear(libraryChanged(2));
    page.leave();
    const deep = tape()
      .split("\n")
      .filter((line) => line.includes(`"deep"`));
    // the list and, because of it, the output's failure; the click's; then the list again, for which a
    // failed output is not tried anew
    expect(deep.map((line) => (JSON.parse(line) as { deep: number }).deep)).toEqual([1, 2, 1, 1]);
    const { violations, divergences, roots } = replayTape(tape());
    expect([violations, divergences]).toEqual([[], []]);
    expect(roots[0]!.emissions).toBe(7);
  });
});

describe("lists of tracks", () => {
  it("are written once, then by what has changed in them, and come back whole", () => {
    const lists: readonly TrackEntry[][] = [
      [entry(1), entry(2), entry(4)],
      [entry(1), entry(2), entry(3), entry(4)],
      [entry(3), entry(4, "Another title"), entry(1)],
    ];
    const answers: ((list: TrackList) => void)[] = [];
    const { page, worker, tape } = recordedPage((_, emit) => {
      answers.push((list) => emit({ type: "tracks", list }));
      return () => undefined;
    });
    for (const [index, tracks] of lists.entries()) {
      if (index > 0) worker.hear(libraryChanged(index));
      answers[index]!({ tracks, scanning: true, revision: index });
    }
    for (let number = 1; number <= 4; number++) page.choose(`t${number}`);
    expect(tape().split(`"Track 1"`)).toHaveLength(2);
    expect(tape()).toContain(`{"$run":[0,2]}`);
    expect(replayTape(tape()).divergences).toEqual([]);
    // what is not in the last list is not loaded: a list that came back wrong would show
    const broken = tape().replace(`{"$run":[0,2]}`, `{"$run":[1,2]}`);
    expect(replayTape(broken).divergences).toHaveLength(1);
  });
});

describe("work without end", () => {
  it("is a violation, although the root has left the tape before", () => {
    const { tape } = recordedPage(() => () => undefined);
    const roots: Roots = {
      ...shippedRoots,
      createPage: ({ clock }) => {
        for (;;) clock.setTimeout(() => undefined, 1);
      },
    };
    const { violations } = replayTape(tape(), { roots });
    expect(violations).toMatchObject([
      { root: "page.1", what: "crash", detail: expect.stringContaining("livelock: 100000 deeds") },
    ]);
  });
});
