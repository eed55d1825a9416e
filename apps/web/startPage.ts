import type { InspectionEvent } from "xstate";
import { claimTab } from "#engine/actors/page/claimTab.ts";
import { createPage } from "#engine/actors/page.ts";
import type { Page } from "#engine/actors/pageApi.ts";
import { decodeSavedPlayback, type SavedPlayback } from "#engine/protocol/savedPlayback.ts";
import { clock } from "./adapters/clock.ts";
import { keepPlayback } from "./adapters/keepPlayback.ts";
import { createOpenOutput } from "./adapters/openOutput.ts";
import { openTabClaim } from "./adapters/openTabClaim.ts";
import { portOf } from "./adapters/portOf.ts";
import { random } from "./adapters/random.ts";
import { readTracks } from "./adapters/readTracks.ts";
import { createStorage } from "./adapters/storage.ts";
import { missingFeature, type MissingFeature } from "./element/missingFeature.ts";

type Inspect = (event: InspectionEvent) => void;

/** Rate of the AudioContext before any track is known, Hz. */
const defaultRate = 44_100;

/** Starts the player: the engine, or where the browser lacks what it needs an audio element. It stands where
 *  the last visit ended, and of several tabs one sounds. */
export async function startPage(): Promise<Page> {
  const tab = playerName();
  const inspect = await tellIfInspected(tab);
  const storage = createStorage();
  const saved = decodeSavedPlayback(storage.read());
  const missing = missingFeature();
  const page = missing
    ? await startElement(missing, saved)
    : await startEngine(saved, tab, inspect);
  keepPlayback(page, saved, storage);
  return claimTab(page, { clock, openTabClaim, inspect });
}

/** With `?inspect` in the address, and where the host wants every page inspected, whoever watches hears of every actor of the page; elsewhere
 *  there is nothing in between. */
async function tellIfInspected(tab: string): Promise<Inspect | undefined> {
  const isWanted =
    new URLSearchParams(location.search).has("inspect") ||
    document.querySelector("meta[name=segue-inspect]") !== null;
  if (!isWanted || typeof BroadcastChannel === "undefined") return undefined;
  const { tellInspection } = await import("./adapters/inspectionChannel.ts");
  return tellInspection("page", tab).inspect;
}

async function startElement(missing: MissingFeature, saved: SavedPlayback | null): Promise<Page> {
  const { createElementPage } = await import("./element/createElementPage.ts");
  return createElementPage({ clock, readTracks }, missing, saved);
}

/** Starts the page root with the browser's ports. With `?tap` in the address what is heard is kept
 *  in `window.segueTap` (development aid, see adapters/tap.ts). When the host records, the page is
 *  recorded too (adapters/recordPlayer.ts). */
async function startEngine(
  saved: SavedPlayback | null,
  player: string,
  inspect: Inspect | undefined,
): Promise<Page> {
  const tapped = new URLSearchParams(location.search).has("tap");
  const attach = tapped ? (await import("./adapters/tap.ts")).attachTap : undefined;
  const isRecorded = document.querySelector("meta[name=segue-record]") !== null;
  const parts = isRecorded
    ? (await import("./adapters/recordPlayer.ts")).recordPlayer(
        createPage,
        player,
        inspect !== undefined,
      )
    : { createPage, worker: spawnWorker(inspect ? player : null) };
  const { worker } = parts;
  return parts.createPage(
    {
      clock,
      random,
      openOutput: createOpenOutput(attach),
      worker: portOf(worker, () => worker.terminate()),
      readTracks,
      inspect,
    },
    {
      url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`,
      player,
      deviceMemory: (navigator as { deviceMemory?: number }).deviceMemory ?? null,
      defaultRate,
      saved,
    },
  );
}

/** @param inspectedTab tells the worker that whoever watches hears of its actors too */
function spawnWorker(inspectedTab: string | null): Worker {
  return new Worker(new URL("./adapters/pageWorker.worker.ts", import.meta.url), {
    type: "module",
    name: inspectedTab === null ? "segue" : `segue ${inspectedTab}`,
  });
}

/** A fresh name for every page: two tabs, or a duplicated one, must not share a session. */
function playerName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
