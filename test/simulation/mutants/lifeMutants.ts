/** Guards of what outlives a page, of what tabs are to each other, and of what is held over a break. */
import type { Mutant, Planting } from "./mutant.ts";

const at = (file: `src/${string}`, find: string, replace: string): Planting => {
  return { by: "source", file, find, replace };
};
const keeper = "src/actors/page/playbackKeeper.ts";
const loader = "src/actors/page/trackLoader.ts";
const claim = "src/machines/tabClaim.machine.ts";

export const lifeMutants: readonly Mutant[] = [
  {
    name: "place-not-written-down",
    what: "a page that is loaded anew begins its track at the beginning",
    guard: "playbackKeeper: seconds",
    planting: at(keeper, "Math.max(0, view.positionSeconds)", "Math.min(0, view.positionSeconds)"),
  },
  {
    name: "track-not-written-down",
    what: "a page that is loaded anew stands at no track",
    guard: "playbackKeeper: place",
    planting: at(
      keeper,
      "if (track) this.place = { track: track.id, seconds };",
      "if (!track) this.place = { track, seconds };",
    ),
  },
  {
    name: "settings-not-read-back",
    what: "a page that is loaded anew plays in the preset that it came with",
    guard: "settings: saved",
    planting: at(
      "src/actors/page/settings.ts",
      "const { preset, intensity } = saved ?? defaultVariant;",
      "const { preset, intensity } = defaultVariant;",
    ),
  },
  {
    name: "kept-place-not-gone-to",
    what: "a page that is loaded anew knows its place and does not go there",
    guard: "trackLoader: restore",
    planting: at(
      loader,
      `if (place >= 0) queue.send({ type: "place.choose", place });`,
      "if (place >= 0) void queue;",
    ),
  },
  {
    name: "kept-place-gone-to-for-ever",
    what: "the track of the last visit begins where that ended, whenever it is chosen",
    guard: "trackLoader: saved",
    planting: at(loader, "    this.saved = null;\n    // a file", "    // a file"),
  },
  {
    name: "tab-goes-on-beside-another",
    what: "a tab goes on sounding when another has taken over",
    guard: "tabClaim: claim.lost",
    planting: at(
      claim,
      `description: "This tab sounds.",
      on: {
        "claim.lost": { target: "silent", actions: "pause" },`,
      `description: "This tab sounds.",
      on: {
        "claim.lost": { target: "silent" },`,
    ),
  },
  {
    name: "tab-does-not-take-over-again",
    what: "a tab from which sound was taken does not ask for it any more",
    guard: "tabClaim: sound.wanted",
    planting: at(
      claim,
      `description: "Another tab sounds.",
      on: {
        "sound.wanted": { target: "takingOver", actions: "take" },`,
      `description: "Another tab sounds.",
      on: {
        "sound.wanted": { target: "takingOver" },`,
    ),
  },
  {
    name: "claim-kept-in-a-pause",
    what: "a tab that has paused still counts as the one that sounds",
    guard: "tabClaim: giveBack",
    planting: at(
      "src/actors/page/claimTab.ts",
      "giveBack: () => claim.giveBack(),",
      "giveBack: () => undefined,",
    ),
  },
  {
    name: "held-slices-asked-for-again",
    what: "what the page holds is asked for all the same",
    guard: "planDemand: gaps",
    planting: at(
      "src/machines/planDemand.ts",
      "const gaps = window.gaps(key, Math.min(from, last), last);",
      "const gaps = window.gaps(key && null, Math.min(from, last), last);",
    ),
  },
  {
    name: "holds-of-another-edition-not-gone-on-with",
    what: "a host that begins anew makes other renderings than those that the page holds",
    guard: "albumEditions: resumed",
    planting: at(
      "src/actors/host/albumEditions.ts",
      "if (resumed) return resumed;",
      "void resumed;",
    ),
  },
  {
    name: "track-before-not-read",
    what: "the first segment of an album's track begins as if nothing had come before it",
    guard: "renderSpecs: before",
    planting: at(
      "src/actors/host/renderSpecs.ts",
      "const earlier = reads.before ? this.#beside(key, before, true) : undefined;",
      "const earlier = before && reads.before ? undefined : undefined;",
    ),
  },
];
