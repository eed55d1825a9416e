/** Inspection: what must hold whenever somebody looks, apart from the frames themselves: budgets,
 *  liveness, what the page shows, and that nothing is left in the end. */
import type { Host, HostFigures } from "#engine/actors/hostApi.ts";
import type { HostRun, Machine } from "../hostRun.ts";
import { sliceHeaderBytes } from "#engine/protocol/slice.ts";
import type { Backlog } from "../ports/connection.ts";
import { framesAt, simulatedTracks, type SimulatedTrack } from "../ports/tracks.ts";
import type { DiskMedium } from "../ports/simulatedDisk.ts";
import {
  simulatedEngineConfig,
  simulatedHostConfig,
  simulatedPageWorkerConfig,
} from "../simulatedConfig.ts";
import type { PlayerRun } from "../playerRun.ts";
import type { Climate } from "../scenario.ts";
import type { World } from "../world/world.ts";
import type { Docket } from "./docket.ts";
import { calmSeconds } from "./ear.ts";
import { inspectWindow } from "./windowDues.ts";
import { successor } from "./listener.ts";
import { simulatedVariants } from "./variantNumbers.ts";

/** seconds that window and mixer may hold of a file that is another now */
const bufferedSeconds =
  simulatedPageWorkerConfig.aheadSeconds + simulatedPageWorkerConfig.mixerSeconds;
/** bytes of control messages that may wait in a socket */
const controlBytesMax = 16_384;

/** Budgets of the host: bytes, queue, renders at once. */
export function inspectHost(docket: Docket, figures: HostFigures, climate: Climate): void {
  const config = simulatedHostConfig(1, climate);
  const { bytes, queueDepth, running } = figures;
  const waiting = Object.values(queueDepth).reduce((sum, depth) => sum + depth, 0);
  const budget = { L1: config.hotBytes, L2: config.warmBytes, L3: config.diskBytes };
  for (const tier of ["L1", "L2", "L3"] as const)
    if (bytes[tier] > budget[tier])
      docket.accuse("budget", `${tier} holds ${bytes[tier]} of ${budget[tier]} bytes`);
  if (waiting > config.queueMax)
    docket.accuse("budget", `${waiting} jobs wait, ${config.queueMax} may`);
  if (running > simulatedEngineConfig.slots)
    docket.accuse("budget", `${running} renders run at once`);
}

/** seconds within which memory has been given back when the machine is short of it: what is in use goes on */
const pressedSeconds = 10;

/** What memory holds while the machine is short of it. */
export function inspectMemory(
  world: World,
  docket: Docket,
  { host, realm, startedMs }: HostRun,
  { memory, climate }: Machine,
): void {
  const { level, sinceMs } = memory;
  if (level === "roomy") return;
  // one that does not get to run gives nothing back
  const pressedMs = world.now - Math.max(sinceMs, startedMs, realm.blockedUntil);
  if (pressedMs < pressedSeconds * 1000) return;
  const { hotBytes, hotBytesMin, warmBytes, warmBytesMin } = simulatedHostConfig(1, climate);
  const isTight = level === "tight";
  const most = {
    L1: isTight ? hotBytes : hotBytesMin,
    L2: isTight ? Math.max(warmBytesMin, warmBytes / 2) : warmBytesMin,
  };
  const { bytes } = host.figures();
  for (const tier of ["L1", "L2"] as const)
    if (bytes[tier] > most[tier])
      docket.accuse(
        "budget",
        `${tier} holds ${bytes[tier]} bytes, ${most[tier]} may be while memory is ${level}`,
      );
}

/** The host's own recount of its books. */
export function inspectBooks(docket: Docket, host: Host): void {
  for (const breach of host.audit()) docket.accuse("books", breach);
}

/** bytes of a file that says what was measured: a fingerprint has some 720 here */
const factBytesMax = 1024;
const segmentsFolder = "segments/";

/** The disk itself, whatever the books say: of segments at most the budget and one on its way; beside them small
 *  files of what was measured, which are kept. */
export function inspectDisk(docket: Docket, medium: DiskMedium): void {
  const { diskBytes } = simulatedHostConfig(1);
  let segments = 0;
  for (const [path, { bytes }] of medium.files)
    if (path.startsWith(segmentsFolder)) segments += bytes.byteLength;
    else if (bytes.byteLength > factBytesMax)
      docket.accuse("budget", `${path} has ${bytes.byteLength} bytes`);
  if (segments > diskBytes * 1.1)
    docket.accuse("budget", `the disk holds ${segments} of ${diskBytes} bytes of segments`);
}

/** What the host has handed to its sockets: slices up to the bound and one more, and some control
 *  messages, however slowly the player reads. */
export function inspectSockets(docket: Docket, backlogs: readonly Backlog[]): void {
  const { socketBytesMax, sliceBytesMax } = simulatedHostConfig(1);
  const slicesMax = socketBytesMax + sliceBytesMax + sliceHeaderBytes;
  for (const { slices, control } of backlogs) {
    if (slices > slicesMax)
      docket.accuse("budget", `a socket was handed ${slices} bytes of slices of ${slicesMax}`);
    if (control > controlBytesMax)
      docket.accuse("budget", `a socket was handed ${control} bytes of control messages`);
  }
}

/** Budget of the window, liveness, and the page's own account of what is heard. In calm after every
 *  event; before it, as deriving the view costs more than most events, ten times a second and
 *  whenever the window has changed.
 *  @param disturbedMs when the last fault was over; 0: there was none */
export function inspectPlayer(
  world: World,
  docket: Docket,
  player: PlayerRun,
  disturbedMs: number,
): void {
  const { listener, ear, name } = player;
  const isCalm = world.now - disturbedMs > calmSeconds * 1000 && ear.isCalm();
  const label = world.last?.label ?? "inspection";
  if (!isCalm && label !== "inspection" && !label.endsWith("<window/state")) return;
  const view = player.page.view.getSnapshot();
  inspectWindow(world, docket, player, view.windowBytes);
  if (!isCalm) {
    const isSound = disturbedMs === 0 || world.now - disturbedMs > calmSeconds * 1000;
    if (isSound) inspectPromptness(world, docket, player);
    return;
  }
  const { aim } = listener;
  if (!aim) return;
  if (view.transport === "error") {
    if (view.output === "running" && !ear.isTroubled(aim) && !ear.isOver)
      docket.accuse(
        "liveness",
        `${name} cannot hear ${aim.track.id}, and it is whole: "${view.status}"`,
      );
    if (view.output === "running") inspectPassingOver(docket, player, aim.track);
    return;
  }
  // it could not be had, and the page says so
  const isTroubled = ear.isTroubled(aim);
  if (view.fault && isTroubled) return;
  // it has run out just now: the page is about to say so
  if (isTroubled && view.transport !== "playing" && world.now - ear.soundMs < 1000) return;
  const state = `${view.transport}, output ${view.output}, link ${view.link}, pending "${view.pending}", "${view.status}"`;
  if (!listener.isPlaying) {
    if (view.playing) docket.accuse("view", `${name} shows playing after a pause: ${state}`);
    if (view.pending !== "" && view.output === "running")
      docket.accuse("liveness", `${name} is paused, and what was meant is not there: ${state}`);
    return;
  }
  const { voice, isOver: over } = ear;
  if (over && !successor(aim.track)) return;
  const sounds = world.now - ear.soundMs < 300;
  const wanted = `${aim.track.id} ${aim.variant}`;
  if (over || !sounds || !voice) {
    docket.accuse("liveness", `${name} hears nothing, wants ${wanted}: ${state}`);
    return;
  }
  const variant = simulatedVariants[voice.variant];
  if (voice.track !== aim.track.number || variant !== aim.variant || !aim.place.heard) {
    docket.accuse(
      "liveness",
      `${name} hears track ${voice.track} ${variant}, wants ${wanted}: ${state}`,
    );
    return;
  }
  const rest = framesAt(aim.track, ear.rate) - voice.frame;
  if (
    voice.version < ear.library.file(simulatedTracks[voice.track]!).version &&
    rest > bufferedSeconds * ear.rate
  )
    docket.accuse("stale", `${name} still hears version ${voice.version} of ${wanted}`);
  const shownFrame = view.positionSeconds * ear.rate;
  const apart = Math.abs(shownFrame - voice.frame) / ear.rate;
  const near = voice.frame + ear.rate > framesAt(aim.track, ear.rate);
  if (view.transport !== "playing" || view.variant !== variant || view.pending !== "")
    docket.accuse("view", `${name} hears ${wanted}, the page shows ${view.variant}: ${state}`);
  else if (apart > 0.3 && !near)
    docket.accuse("view", `${name} is ${apart.toFixed(2)} s from what the page shows`);
}

/** Nobody chose what follows a track that has ended: what cannot be had is passed over for the next that can. */
function inspectPassingOver(
  docket: Docket,
  { ear, listener, name }: PlayerRun,
  ended: SimulatedTrack,
): void {
  const isLeftAlone = listener.isPlaying && listener.lastCommandMs < ear.soundMs;
  if (!ear.hasEnded || !isLeftAlone) return;
  let next = successor(ended);
  while (next && ear.library.isTroubled(next, ear.soundMs)) next = successor(next);
  if (next)
    docket.accuse("liveness", `${name}: after ${ended.id} nothing, and ${next.id} is whole`);
}

/** In calm whoever is connected and the host name the same epoch. */
export function inspectAgreement(
  world: World,
  docket: Docket,
  { name, page, life }: PlayerRun,
  { epoch }: Host,
  disturbedMs: number,
): void {
  if (world.now - disturbedMs <= calmSeconds * 1000 || !life.workerRealm.isAlive) return;
  if (page.view.getSnapshot().link === "live" && life.epoch !== epoch)
    docket.accuse("agreement", `${name} is connected to ${String(life.epoch)}, not to ${epoch}`);
}

/** ms after a command, or the end of a track, within which something sounds when nothing is broken: nobody
 *  waits for an analysis */
const promptMs = 2000;

function inspectPromptness(world: World, docket: Docket, { listener, ear, page, name }: PlayerRun) {
  const { aim, isPlaying, lastCommandMs } = listener;
  const sinceMs = Math.max(lastCommandMs, ear.disturbedMs, ear.soundMs);
  if (!aim || !isPlaying || ear.isOver || world.now - sinceMs <= promptMs) return;
  const { transport, output, link, status, fault } = page.view.getSnapshot();
  if (transport === "error") return;
  // it could not be had, and the page says so
  if (fault && ear.isTroubled(aim)) return;
  docket.accuse(
    "liveness",
    `${name} hears nothing for ${promptMs} ms, wants ${aim.track.id}: ${transport}, output ${output}, link ${link}, "${status}"`,
  );
}
