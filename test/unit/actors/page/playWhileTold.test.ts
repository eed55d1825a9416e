/** Who listens to the page may click while he is told of a change: some of the machines are in the middle of it then. */
import { describe, expect, it } from "vitest";
import { createPage } from "#engine/actors/page.ts";
import type { Page, PageConfig } from "#engine/actors/pageApi.ts";
import type { TrackListReport } from "#engine/streams/trackListAnswer.ts";
import { handClock } from "../../fakes/handClock.ts";

const names = { artist: "", album: "", format: "wav" };
const size = { durationFrames: 90_000, exact: true, sampleRate: 1000, channels: 2 };
const tracks = ["A", "B"].map((id) => ({ id, title: id, ...names, ...size }));
const saved = {
  ...{ track: "B", seconds: 7, enhance: true, preset: "warm", intensity: 80 },
  ...{ volume: 1, matchLoudness: true, crossfadeSeconds: 0 },
} as const satisfies PageConfig["saved"];

/** A page that has not heard of the list yet. @returns it, and what tells it */
function begin(config: Partial<PageConfig> = {}) {
  let answer: (report: TrackListReport) => void = () => undefined;
  const nothing = (): void => undefined;
  const port = { post: nothing, listen: nothing, close: nothing };
  const page = createPage(
    {
      clock: handClock(),
      random: { uniform: () => 0.5 },
      openOutput: () => ({ post: nothing, resume: nothing, suspend: nothing, close: nothing }),
      worker: port,
      readTracks: (_, emit) => {
        answer = emit;
        return nothing;
      },
    },
    { url: "ws://nowhere", player: "1", deviceMemory: null, defaultRate: 1000, ...config },
  );
  const list = (listed = tracks): void =>
    answer({ type: "tracks", list: { tracks: listed, scanning: false, revision: 1 } });
  return { page, list };
}

/** Clicks Play once, the first time that the page tells something of which this is true. */
function playOnce(page: Page, isDue: () => boolean): void {
  const seen = page.view.subscribe(() => {
    if (!isDue()) return;
    seen.unsubscribe();
    page.play();
  });
}

const shown = ({ view }: Page) => {
  const { track, playing } = view.getSnapshot();
  return { track: track?.id ?? null, playing };
};

describe("Play, clicked while the page tells of a change", () => {
  it("plays the first track when the list has just come", () => {
    const { page, list } = begin();
    playOnce(page, () => page.view.getSnapshot().tracks.length > 0);
    list();
    expect(shown(page)).toEqual({ track: "A", playing: true });
  });

  it("goes on where the last visit ended when the list has just come", () => {
    const { page, list } = begin({ saved });
    playOnce(page, () => page.view.getSnapshot().tracks.length > 0);
    list();
    expect(shown(page)).toEqual({ track: "B", playing: true });
    expect(page.view.getSnapshot().positionSeconds).toBe(7);
  });

  it("plays the first track when another preset was chosen, before anything is", () => {
    const { page, list } = begin();
    list();
    playOnce(page, () => true);
    page.setPreset("warm");
    expect(shown(page)).toEqual({ track: "A", playing: true });
  });

  it("is not left behind where there is nothing to play", () => {
    const { page, list } = begin();
    playOnce(page, () => page.view.getSnapshot().scanning === false);
    list([]);
    list();
    expect(shown(page)).toEqual({ track: null, playing: false });
  });
});
