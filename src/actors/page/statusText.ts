/** The status region: what is going on, in one or two plain sentences. */
import { faultKinds, type Fault } from "../../protocol/faults.ts";
import type { PageView } from "../pageApi.ts";
import type { ViewSources } from "./view.ts";

export function statusText(view: Omit<PageView, "status">, sources: ViewSources): string {
  return [about(view, sources), sources.note].filter((part) => part !== "").join(" ");
}

function about(view: Omit<PageView, "status">, sources: ViewSources): string {
  const linkText = aboutLink(view.link);
  if (view.fault) return aboutFault(view.fault, sources);
  switch (view.transport) {
    case "idle":
      if (linkText) return linkText;
      if (!sources.listed) return "Looking for music…";
      if (view.tracks.length > 0) return "Choose a track, or press Play.";
      return view.scanning ? "Looking for music…" : "No music was found in this folder.";
    case "error":
      return "This track cannot be played.";
    case "loading":
      return aboutLoading(view, sources);
    case "buffering":
      return linkText || "Waiting for more of the music…";
    case "seeking":
      return linkText || aboutWait(sources) || "Going there…";
    case "ready":
    case "paused":
      return linkText || (view.transport === "ready" ? "Ready to play." : "Paused.");
    case "ended":
      return "The end of the list.";
    case "playing":
      // the old sound goes on while the host is away; what was clicked comes when it is back
      if (linkText && (view.pending === "seek" || view.pending === "track"))
        return `${linkText} Then it goes where you clicked.`;
      return [aboutSound(view, sources), linkText].filter((part) => part !== "").join(" ");
  }
}

function aboutFault({ code, detail }: Fault, { player, tracks }: ViewSources): string {
  const { fault, failedTrack } = player.context;
  const failed = fault && tracks.find(({ id }) => id === failedTrack);
  const what = failed ? `“${failed.title}” cannot be played. ` : "";
  return `${what}${sentence(detail)} ${faultKinds[code].advice}`;
}

function aboutLoading(view: Omit<PageView, "status">, sources: ViewSources): string {
  if (view.playing && (view.output === "locked" || view.output === "suspended"))
    return "The browser waits for a click before it plays sound. Press Play.";
  if (view.output === "interrupted") return "Another application is using the sound device.";
  return aboutLink(view.link) || aboutWait(sources) || "Loading…";
}

function aboutWait({ player, progress }: ViewSources): string {
  const share = progress === null || progress >= 1 ? "" : ` ${Math.round(progress * 100)} %`;
  switch (player.context.waitsFor) {
    case "decoding":
      return `Decoding…${share}`;
    case "analysing":
      return `Analysing…${share}`;
    case "link":
      return "Waiting for the connection…";
    case null:
    default:
      return "";
  }
}

function aboutSound(view: Omit<PageView, "status">, { player, progress }: ViewSources): string {
  const { awaited, waitsFor } = player.context;
  if (view.variant === "original") {
    const analysing = awaited !== null || waitsFor === "analysing" || waitsFor === "decoding";
    if (analysing) {
      const share = progress === null || progress >= 1 ? "" : ` (${Math.round(progress * 100)} %)`;
      return `Playing the original; analysing…${share}`;
    }
    const how = { exact: "bit-exact", dithered: "dithered to 16 bit", resampled: "resampled" };
    return view.fidelity ? `Playing the original, ${how[view.fidelity]}.` : "Playing the original.";
  }
  if (view.pending !== "" && view.pending !== "seek" && view.pending !== "track")
    return "Playing; the new sound is on its way.";
  const [preset, intensity] = view.variant.split("@");
  return preset ? `Playing enhanced: ${preset}, ${intensity} %.` : "Playing.";
}

function aboutLink(link: string): string {
  switch (link) {
    case "connecting":
    case "handshaking":
      return "Connecting…";
    case "backingOff":
    case "resuming":
      return "The connection was lost; reconnecting…";
    case "refused":
      return "Segue refused the connection. Reload the page.";
    default:
      return "";
  }
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
