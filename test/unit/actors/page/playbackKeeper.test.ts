import { describe, expect, it } from "vitest";
import { LiveValue } from "#engine/actors/page/liveValue.ts";
import { PlaybackKeeper } from "#engine/actors/page/playbackKeeper.ts";
import type { PageView } from "#engine/actors/pageApi.ts";
import { decodeSavedPlayback, type SavedPlayback } from "#engine/protocol/savedPlayback.ts";
import { handClock } from "../../fakes/handClock.ts";

const fresh: SavedPlayback = {
  track: null,
  seconds: 0,
  enhance: true,
  preset: "adaptive",
  intensity: 80,
  volume: 1,
  matchLoudness: true,
  crossfadeSeconds: 0,
};

function begin(saved: SavedPlayback | null = null) {
  const { track: _, seconds: __, ...settings } = saved ?? fresh;
  let view = {
    ...settings,
    track: null,
    transport: "idle",
    positionSeconds: 0,
  } as unknown as PageView;
  const live = new LiveValue(() => view);
  const clock = handClock();
  const written: string[] = [];
  const keeper = new PlaybackKeeper(live, saved, {
    clock,
    storage: { write: (text) => written.push(text) },
  });
  return {
    clock,
    keeper,
    written,
    last: () => decodeSavedPlayback(written.at(-1) ?? null),
    show: (part: Record<string, unknown>) => {
      view = { ...view, ...part } as PageView;
      live.changed();
    },
  };
}

const track = { id: "a" };

describe("what is kept of a player", () => {
  it("is written once a second while it plays, whatever happens in between", () => {
    const { clock, show, written, last } = begin();
    for (let tenth = 0; tenth < 50; tenth++) {
      show({ track, transport: "playing", positionSeconds: tenth / 10 });
      clock.pass(100);
    }
    expect(written).toHaveLength(5);
    expect(last()).toMatchObject({ track: "a", seconds: 4.9 });
  });

  it("is not written while nothing changes that is kept", () => {
    const { clock, show, written } = begin();
    show({ status: "Looking for music…" });
    clock.pass(5000);
    expect(written).toEqual([]);
  });

  it("is written at once when the page goes, and no second time", () => {
    const { clock, show, keeper, written, last } = begin();
    show({
      volume: 0.3,
      enhance: false,
      preset: "warm",
      intensity: 35,
      matchLoudness: false,
      crossfadeSeconds: 4,
    });
    keeper.flush();
    keeper.flush();
    clock.pass(5000);
    expect(written).toHaveLength(1);
    expect(last()).toEqual({
      ...{ track: null, seconds: 0, volume: 0.3, enhance: false },
      ...{ preset: "warm", intensity: 35, matchLoudness: false, crossfadeSeconds: 4 },
    });
  });

  it("keeps the last place until there is another, though its track is not in the list", () => {
    const { keeper, show, last } = begin({ ...fresh, track: "gone", seconds: 12 });
    show({ volume: 0.5 });
    keeper.flush();
    expect(last()).toMatchObject({ track: "gone", seconds: 12, volume: 0.5 });
    show({ track, positionSeconds: 3 });
    keeper.flush();
    expect(last()).toMatchObject({ track: "a", seconds: 3 });
    show({ track: null, positionSeconds: 0 });
    keeper.flush();
    expect(last()).toMatchObject({ track: "a", seconds: 3 });
  });

  it("is the beginning of a track that has ended", () => {
    const { keeper, show, last } = begin();
    show({ track, transport: "ended", positionSeconds: 40 });
    keeper.flush();
    expect(last()).toMatchObject({ track: "a", seconds: 0 });
  });

  it("is no more written after the end", () => {
    const { clock, keeper, show, written } = begin();
    keeper.leave();
    show({ volume: 0.1 });
    clock.pass(5000);
    expect(written).toEqual([]);
  });
});
