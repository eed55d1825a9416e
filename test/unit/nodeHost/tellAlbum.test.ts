import { expect, it } from "vitest";
import { tellAlbum } from "../../../apps/node-host/demo/tellAlbum.ts";

it("the terminal hears of each piece when it is begun, and once that the album is made", () => {
  const lines: string[] = [];
  const { progress, whole } = tellAlbum((line) => lines.push(line));
  progress(0.1, "First Light");
  progress(0.5, "First Light");
  progress(0.8, "Undertow");
  progress(1, "Undertow");
  whole();
  whole();
  expect(lines).toEqual([
    "Making the demo album: First Light (10 %)",
    "Making the demo album: Undertow (80 %)",
    "The demo album is made.",
  ]);
});

it("an album that is there already is no news", () => {
  const { whole } = tellAlbum(() => expect.unreachable());
  whole();
});
