/** What the player does, as lines of words: each said once, when it is news. */
import type { PageView } from "#engine/actors/pageApi.ts";

export class StatusLines {
  private track = "";
  private status = "";

  /** @returns the lines that are news in this view */
  of(view: PageView): readonly string[] {
    const lines: string[] = [];
    const track = view.track ? describeTrack(view) : "";
    if (track !== "" && track !== this.track) lines.push(track);
    this.track = track || this.track;
    const said = statusOf(view);
    // a share that grows is no news
    const status = said.replace(/…\s*\(?\d+ %\)?\.?$/, "…");
    if (status !== this.status && status !== "") lines.push(said);
    this.status = status;
    return lines;
  }
}

/** The page's words, but for what is otherwise in a terminal. */
function statusOf({ status, fault }: PageView): string {
  if (fault?.code !== "audio-unavailable") return status;
  return `There is no sound device to play to (${fault.detail}); --sink none plays to nobody.`;
}

/** @returns `▶ 1:02 / 3:45`: what sounds and where, for a line that is written over */
export function positionLine(view: PageView): string {
  const sign = view.playing ? "▶" : "⏸";
  return `${sign} ${formatTime(view.positionSeconds)} / ${formatTime(view.durationSeconds)}`;
}

function describeTrack({ track, tracks }: PageView): string {
  if (!track) return "";
  const number = tracks.findIndex(({ id }) => id === track.id) + 1;
  const artist = track.artist === "" ? "" : `, ${track.artist}`;
  const { durationFrames, sampleRate } = track;
  const length = sampleRate > 0 ? ` (${formatTime(durationFrames / sampleRate)})` : "";
  return `${number}. ${track.title}${artist}${length}`;
}

/** @param seconds not negative @returns m:ss or h:mm:ss */
function formatTime(seconds: number): string {
  const whole = Math.floor(seconds);
  const [hours, minutes, rest] = [
    Math.floor(whole / 3600),
    Math.floor(whole / 60) % 60,
    whole % 60,
  ];
  const tail = `${String(rest).padStart(2, "0")}`;
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}
