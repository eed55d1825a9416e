import type { Page } from "#engine/actors/pageApi.ts";

/** Seconds that a platform's "seek" key moves when it does not say. */
const seekStepSeconds = 10;

/** Shows the track on lock screens and obeys media keys. Does nothing where there is no such thing. */
export function joinMediaSession(page: Page): void {
  const session = navigator.mediaSession;
  if (!session) return;
  const at = (): number => page.view.getSnapshot().positionSeconds;
  session.setActionHandler("play", () => page.play());
  session.setActionHandler("pause", () => page.pause());
  session.setActionHandler("nexttrack", () => page.next());
  session.setActionHandler("previoustrack", () => page.previous());
  session.setActionHandler("seekto", ({ seekTime }) => {
    if (seekTime !== undefined) page.seek(seekTime);
  });
  session.setActionHandler("seekforward", ({ seekOffset }) =>
    page.seek(at() + (seekOffset ?? seekStepSeconds)),
  );
  session.setActionHandler("seekbackward", ({ seekOffset }) =>
    page.seek(at() - (seekOffset ?? seekStepSeconds)),
  );

  let shown = "";
  let told = "";
  page.view.subscribe((view) => {
    const { track, durationSeconds, playing } = view;
    session.playbackState = track ? (playing ? "playing" : "paused") : "none";
    if (track && shown !== track.id) {
      shown = track.id;
      session.metadata = new MediaMetadata({
        title: track.title,
        artist: track.artist,
        album: track.album,
        artwork: track.cover ? [{ src: track.cover }] : [],
      });
    }
    // The platform runs on by itself; it wants to hear of changes, not of every frame.
    const now = `${shown} ${playing} ${Math.floor(view.positionSeconds / 5)}`;
    if (now === told || durationSeconds <= 0) return;
    told = now;
    session.setPositionState({
      duration: durationSeconds,
      position: Math.min(Math.max(0, view.positionSeconds), durationSeconds),
      playbackRate: 1,
    });
  });
}
