import { expect, it, vi } from "vitest";
import type { Page } from "#engine/actors/pageApi.ts";
import { pressKeys } from "../../../apps/listen/keys.ts";

/** A page that notes what it is told. */
function fakePage(view: object): { readonly page: Page; readonly told: string[] } {
  const told: string[] = [];
  const page = new Proxy({} as Page, {
    get: (_, name: string) =>
      name === "view"
        ? { getSnapshot: () => view }
        : (...given: unknown[]) => told.push([name, ...given].join(" ")),
  });
  return { page, told };
}
const view = { playing: true, positionSeconds: 30, volume: 0.5, enhance: true, preset: "punchy" };

it("every key does what the help says, several in one read too", () => {
  const { page, told } = fakePage(view);
  expect(pressKeys(" \u001b[C\u001b[Depnb", page)).toBe(false);
  expect(told).toEqual([
    ...["pause", "seek 35", "seek 25", "setEnhance false", "setPreset adaptive"],
    ...["next", "previous"],
  ]);
  const silent = fakePage({ ...view, playing: false, preset: "adaptive" });
  pressKeys(" p\u001b[A\u001b[B", silent.page);
  expect(silent.told).toEqual(["play", "setPreset gentle", "setVolume 0.55", "setVolume 0.45"]);
});

it("q and Ctrl-C leave, and what was typed behind them is not done any more", () => {
  for (const key of ["q", "\u0003"]) {
    const { page, told } = fakePage(view);
    expect(pressKeys(`n${key}n`, page)).toBe(true);
    expect(told).toEqual(["next"]);
  }
});

it("other keys do nothing", () => {
  const { page, told } = fakePage(view);
  const said = vi.spyOn(console, "error");
  expect(pressKeys("xyz\u001b\u001b[Z é", page)).toBe(false);
  expect(told).toEqual(["pause"]);
  expect(said).not.toHaveBeenCalled();
});
