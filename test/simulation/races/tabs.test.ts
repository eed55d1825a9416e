/** Two tabs of one listener: one of them sounds, the other says so and can take over. The judge holds the tab that was taken
 *  over from to be silent. */
import { describe, expect, it } from "./storybook.ts";
import type { Command } from "../scenario.ts";
import {
  choose,
  enhance,
  heardBy,
  live,
  once,
  pause,
  play,
  type Ending,
  type Story,
} from "./live.ts";

const mine: Story = [
  [100, enhance(false)],
  [200, choose("long")],
  [10_000, play],
  [16_000, pause],
];
const others: Command[] = [
  { atMs: 100, player: 1, deed: enhance(false) },
  { atMs: 5000, player: 1, deed: choose("exact") },
  { atMs: 13_000, player: 1, deed: play },
  { atMs: 13_001, player: 1, deed: pause },
];

/** What the two tabs say of each other in the end. */
const elsewhere = ({ players }: Ending) =>
  players.map(({ page }) => page.view.getSnapshot().elsewhere);

describe("two tabs of one listener", () => {
  it("LINK-9: sound moves to the tab in which it was wanted last, and back", () => {
    live(
      mine,
      [],
      (end) => {
        const begun = (player: number): readonly number[] =>
          heardBy(end, player).map(({ atMs }) => Math.floor(atMs / 1000));
        expect(begun(0)).toEqual([0, 10]);
        expect(begun(1)).toEqual([5]);
        // both are paused: neither sounds elsewhere
        expect(elsewhere(end)).toEqual([false, false]);
      },
      { others, climate: { areTabs: true } },
    );
  });

  it("LINK-9: the tab that does not sound says so", () => {
    live([...mine, [18_000, play]], [], (end) => expect(elsewhere(end)).toEqual([false, true]), {
      seeds: once,
      others,
      climate: { areTabs: true },
    });
  });
});
