/** The playlist, which is the queue machine and the library beside it, joined as the page joins them,
 *  against a plain list of names. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { createActor } from "xstate";
import { Library } from "#engine/actors/page/library.ts";
import { queueMachine } from "#engine/machines/queue.machine.ts";
import { fault } from "#engine/protocol/faults.ts";
import type { TrackEntry, TrackList } from "#engine/protocol/library.ts";
import { runAgainstModel, type Step } from "./runAgainstModel.ts";

type Track = { readonly id: string; readonly state: "whole" | "broken" | "truncated" | "away" };

/** What a listener would expect of a list on paper. */
class Paper {
  list: readonly Track[] = [];
  chosen: string | null = null;
  /** nobody chose the track that stands: it came by itself */
  byItself = false;
  readonly loaded: string[] = [];

  /** ids before and behind the finger, nearest first */
  private around: { readonly 1: readonly string[]; readonly [-1]: readonly string[] } | null = null;

  get isStanding(): boolean {
    return this.chosen !== null && this.around !== null;
  }
  /** as the queue counts: half a place where the finger lies between two */
  get place(): number | null {
    if (!this.isStanding) return null;
    const at = this.list.findIndex(({ id }) => id === this.chosen);
    return at >= 0 ? at : this.around![-1].length - 0.5;
  }
  /** Another list is laid under the finger, which stays at its track, or with the nearest neighbour behind
   *  it that is still there, or else with the nearest before it. */
  relist(list: readonly Track[]): void {
    const ids = list.map(({ id }) => id);
    const cut = (at: number, width: number): void => {
      this.around = { 1: ids.slice(at + width), [-1]: ids.slice(0, at).toReversed() };
    };
    const chosenAt = ids.indexOf(this.chosen ?? "");
    const behind = this.around?.[1].find((id) => ids.includes(id));
    const before = this.around?.[-1].find((id) => ids.includes(id));
    this.list = list;
    if (chosenAt >= 0) cut(chosenAt, 1);
    else if (behind !== undefined) cut(ids.indexOf(behind), 0);
    else if (before !== undefined) cut(ids.indexOf(before) + 1, 0);
    else this.around = null;
  }
  /** the tracks in the order in which they would be tried */
  from(step: 1 | -1): readonly Track[] {
    if (!this.around) return step === 1 ? this.list : [];
    return this.around[step].map((name) => this.list.find(({ id }) => id === name)!);
  }
  go(step: 1 | -1, byItself: boolean): string {
    return this.loadFirstOf(this.from(step), byItself);
  }
  goBehind(ended: string): string {
    const at = this.list.findIndex(({ id }) => id === ended);
    return this.loadFirstOf(at < 0 ? this.from(1) : this.list.slice(at + 1), true);
  }
  loadFirstOf(tracks: readonly Track[], byItself: boolean): string {
    const next = tracks.find(({ state }) => state !== "broken");
    return next ? this.load(next.id, byItself) : "stays";
  }
  load(id: string, byItself: boolean): string {
    this.chosen = id;
    this.relist(this.list);
    this.byItself = byItself;
    this.loaded.push(id);
    return "loads";
  }
}

class Playlist {
  readonly loaded: string[] = [];
  list: TrackList = { tracks: [], scanning: false, revision: 0 };
  readonly library = new Library(
    (_, answer) => {
      answer({ type: "tracks", list: this.list });
      return () => {};
    },
    (report) => {
      if (report.type === "listed") this.queue.send({ ...report, type: "tracks.listed" });
    },
  );
  readonly queue = createActor(
    queueMachine.provide({
      actions: {
        load: ({ context }) => {
          const entry = this.library.choose(context.place);
          if (entry) this.loaded.push(entry.id);
        },
      },
    }),
  ).start();

  at(step: 1 | -1): number | null {
    return this.library.playable(step);
  }
  /** whether it made the queue load something */
  after(act: () => void): string {
    const before = this.loaded.length;
    act();
    return this.loaded.length > before ? "loads" : "stays";
  }
}

const names = ["a", "b", "c", "d", "e"];
const faults = {
  whole: {},
  broken: { fault: fault("file-corrupt", "It cannot be decoded.") },
  truncated: { fault: fault("file-truncated", "It ends early.") },
  away: { fault: fault("file-missing", "It is not there now.") },
};
const entry = ({ id, state }: Track): TrackEntry => ({
  id,
  title: id,
  artist: "",
  album: "",
  durationFrames: 1,
  exact: true,
  sampleRate: 48_000,
  channels: 2,
  format: "wav",
  ...faults[state],
});

const tracks = fc
  .tuple(
    fc.shuffledSubarray(names),
    fc.array(fc.constantFrom("whole", "whole", "broken", "truncated", "away"), {
      minLength: names.length,
      maxLength: names.length,
    }),
  )
  .map(([ids, states]) =>
    ids.map((id, at): Track => ({ id, state: states[at] as Track["state"] })),
  );
type ListStep = Step<Paper, Playlist>;

function onQueue(
  text: string,
  real: (list: Playlist) => void,
  model: (paper: Paper) => string,
): fc.Arbitrary<ListStep> {
  return fc.constant({ text: `${text}()`, real: (list) => list.after(() => real(list)), model });
}

const steps: fc.Arbitrary<ListStep>[] = [
  tracks.map((list) => ({
    text: `list(${list.map(({ id, state }) => `${id} ${state}`).join(", ")})`,
    real: (playlist) =>
      playlist.after(() => {
        playlist.list = { ...playlist.list, tracks: list.map(entry) };
        playlist.library.read();
      }),
    model: (paper) => {
      paper.relist(list);
      return "stays";
    },
  })),
  fc.constantFrom(...names).map((id) => ({
    text: `choose(${id})`,
    real: (list) =>
      list.after(() => list.queue.send({ type: "place.choose", place: list.library.placeOf(id) })),
    model: (paper) =>
      paper.list.some((track) => track.id === id) ? paper.load(id, false) : "stays",
  })),
  onQueue(
    "next",
    (list) => list.queue.send({ type: "queue.next", place: list.at(1) }),
    // where nothing is chosen it is the first one, which nobody meant in particular
    (paper) => paper.go(1, !paper.isStanding),
  ),
  onQueue(
    "previous",
    (list) => list.queue.send({ type: "queue.previous", place: list.at(-1) }),
    (paper) => (paper.isStanding ? paper.go(-1, false) : "stays"),
  ),
  // the track that ends need not be the one that was chosen: that one may have failed
  fc.constantFrom(...names).map((id) => ({
    text: `ended(${id})`,
    real: (list) =>
      list.after(() => list.queue.send({ type: "track.ended", place: list.library.following(id) })),
    model: (paper) => (paper.isStanding ? paper.goBehind(id) : "stays"),
  })),
  onQueue(
    "failed",
    (list) => list.queue.send({ type: "track.failed", place: list.at(1) }),
    (paper) => (paper.isStanding && paper.byItself ? paper.go(1, true) : "stays"),
  ),
];

it("the playlist goes where a finger on the list would, past what is broken, and follows its track", () => {
  const outcomes = runAgainstModel<Paper, Playlist>({
    setup: () => ({ model: new Paper(), real: new Playlist() }),
    steps,
    look: ({ queue, loaded }) => {
      const { value, context } = queue.getSnapshot();
      return [loaded, value, context.length, context.place];
    },
    expected: ({ list, place, loaded }) => [
      loaded,
      list.length === 0 ? "empty" : place === null ? "waiting" : "standing",
      list.length,
      place,
    ],
    seed: 9,
    runs: 200,
    stepsMax: 40,
  });
  expect([...outcomes.keys()]).toEqual([
    "choose: loads",
    "choose: stays",
    "ended: loads",
    "ended: stays",
    "failed: loads",
    "failed: stays",
    "list: stays",
    "next: loads",
    "next: stays",
    "previous: loads",
    "previous: stays",
  ]);
});
