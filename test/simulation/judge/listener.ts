/** Listener: an independent model of one player. It knows the commands that were given and the lengths
 *  of the tracks, nothing of the engine, and says what may sound next.
 *
 *  An *aim* is one intention: track, variant, place. A place is a frame until something of it was heard,
 *  and "where it is" from then on; a change of variant inherits the place of the aim before it. */
import type { SavedPlayback } from "#engine/protocol/savedPlayback.ts";
import { variantName, type Preset, type VariantName } from "#engine/protocol/variant.ts";
import { framesAt, simulatedTracks, trackById, type SimulatedTrack } from "../ports/tracks.ts";
import type { CodedFrame } from "./frameCode.ts";
import { simulatedVariants } from "./variantNumbers.ts";
import type { Deed } from "../scenario.ts";

export type Place = {
  /** frames at `rate` */
  readonly frame: number;
  readonly rate: number;
  heard: boolean;
  /** what was heard of it may have been an older intention's: its own lane may begin yet, once */
  mayBeginAgain: boolean;
};

export type Aim = {
  readonly sinceMs: number;
  readonly track: SimulatedTrack;
  /** where in the list Next and Previous count from: the track that was chosen, though it cannot be heard and
   *  another goes on */
  readonly listed: SimulatedTrack;
  readonly variant: VariantName;
  readonly place: Place;
};

/** What the page shows at the moment of a command: what the listener's click refers to. */
export type Shown = {
  readonly track: string | null;
  /** the list of tracks is there: before it there is nothing to choose, or to seek in */
  readonly isListed: boolean;
  readonly rate: number;
  /** position */
  readonly seconds: number;
  /** length of the track as far as the page knows it, seconds; 0 when it does not */
  readonly duration: number;
};

const needsList: ReadonlySet<Deed["type"]> = new Set(["choose", "next", "previous", "seek"]);

/** seconds heard beyond which *previous* goes to the beginning of the track */
const restartSeconds = 3;

/** frames by which the page may round a position, or cut it at the end of the track */
const shownSlackFrames = 2;

export class Listener {
  /** intentions that may still begin to sound or do, newest last */
  aims: Aim[] = [];
  isPlaying = false;
  /** ms of the last change of `isPlaying` */
  wishSinceMs = 0;
  /** ms of the last command */
  lastCommandMs = 0;
  /** ms of the last few commands */
  readonly recentMs: number[] = [];
  /** between tracks that are not of one album */
  crossfadeSeconds = 0;
  /** the page began where the one before it stood */
  private isResumed = false;
  private enhance = true;
  private preset: Preset = "adaptive";
  private intensity = 80;

  get aim(): Aim | undefined {
    return this.aims.at(-1);
  }

  get variant(): VariantName {
    return this.enhance
      ? variantName({ kind: "enhanced", preset: this.preset, intensity: this.intensity })
      : "original";
  }

  /** Takes note of a command at the moment it is given. @param ended the track has sounded out */
  command(deed: Deed, nowMs: number, shown: Shown, ended: boolean): void {
    this.lastCommandMs = nowMs;
    this.recentMs.push(nowMs);
    if (this.recentMs.length > 16) this.recentMs.shift();
    if (!shown.isListed && needsList.has(deed.type)) return;
    switch (deed.type) {
      case "choose":
        this.load(trackById(deed.track), nowMs, shown);
        this.wish(true, nowMs);
        break;
      case "play":
        if (!this.aim) this.load(simulatedTracks[0]!, nowMs, shown);
        else if (ended) this.aimAt(this.aim.track, 0, nowMs, shown, this.aim.listed);
        this.wish(true, nowMs);
        break;
      case "pause":
        // what Play waited for has not begun
        if (!shown.isListed && !this.isResumed) this.aims = [];
        this.wish(false, nowMs);
        break;
      case "next": {
        const following = this.aim ? successor(this.aim.listed) : simulatedTracks[0];
        if (following) this.load(following, nowMs, shown);
        break;
      }
      case "previous":
        if (this.aim && shown.seconds > restartSeconds)
          this.aimAt(this.aim.track, 0, nowMs, shown, this.aim.listed);
        else if (this.aim) {
          const before = predecessor(this.aim.listed);
          if (before) this.load(before, nowMs, shown);
        }
        break;
      case "seek":
        if (this.aim)
          this.aimAt(
            this.aim.track,
            Math.min(
              framesAt(this.aim.track, shown.rate),
              Math.max(0, Math.round(onSlider(deed.seconds, shown) * shown.rate)),
            ),
            nowMs,
            shown,
            this.aim.listed,
          );
        break;
      case "enhance":
        this.enhance = deed.on;
        this.change(nowMs);
        break;
      case "preset":
        this.preset = deed.preset;
        this.change(nowMs);
        break;
      case "intensity":
        this.intensity = deed.percent;
        this.change(nowMs);
        break;
      case "crossfade":
        this.crossfadeSeconds = deed.seconds;
        break;
      case "matchLoudness":
        break;
    }
  }

  /** Another tab of his is to sound: this one is silent until he wants it otherwise. */
  silence(nowMs: number): void {
    if (!this.isPlaying) return;
    this.lastCommandMs = nowMs;
    this.recentMs.push(nowMs);
    this.wish(false, nowMs);
  }

  /** The page before this one stood here: this one stands there, too, paused.
   *  @param rate Hz that the place is counted at until it is heard */
  resume(saved: SavedPlayback, nowMs: number, rate: number): void {
    const { track, seconds, enhance, preset, intensity, crossfadeSeconds } = saved;
    Object.assign(this, { enhance, preset, intensity, crossfadeSeconds });
    if (track === null) return;
    this.isResumed = true;
    const shown = { track, isListed: true, rate, seconds, duration: 0 };
    this.aimAt(trackById(track), Math.round(seconds * rate), nowMs, shown);
  }

  /** The track ended by itself and the one after it is meant from now on. */
  advance(nowMs: number, rate: number): boolean {
    const following = this.aim && successor(this.aim.track);
    if (!following) return false;
    this.load(following, nowMs, { track: null, isListed: true, rate, seconds: 0, duration: 0 });
    return true;
  }

  /** Advances past tracks that have ended or cannot be heard.
   *  @param isMeant where to stop @param isLeft whether an aim may be left behind @param atMs when that was
   *  @returns whether it got there */
  advanceUntil(
    isMeant: (aim: Aim) => boolean,
    isLeft: (aim: Aim) => boolean,
    atMs: (aim: Aim) => number,
    rate: number,
  ): boolean {
    for (let { aim } = this; aim; { aim } = this) {
      if (isMeant(aim)) return true;
      if (!isLeft(aim) || !this.advance(atMs(aim), rate)) return false;
    }
    return false;
  }

  /** Something of `aim` is heard: older ones may not begin any more.
   *  @param mayBeginAgain an older one may just as well be what is heard */
  settle(aim: Aim, mayBeginAgain: boolean): void {
    aim.place.heard = true;
    aim.place.mayBeginAgain = mayBeginAgain;
    this.aims = this.aims.slice(this.aims.indexOf(aim));
  }

  /** What was meant could not be had, and the page said so: what sounds is meant again. */
  returnTo(voice: Omit<CodedFrame, "frame">, nowMs: number, rate: number): void {
    const place: Place = { frame: 0, rate, heard: true, mayBeginAgain: false };
    const track = simulatedTracks[voice.track]!;
    const listed = this.aim?.listed ?? track;
    const variant = simulatedVariants[voice.variant]!;
    this.push({ sinceMs: nowMs, track, listed, variant, place });
  }

  /** The older intention that took over in silence, in a pause, if what the page shows is its beginning. */
  takenOverUnheard(shown: Shown): Aim | undefined {
    return this.aims.slice(0, -1).findLast(({ track, place }) => {
      const apart = Math.abs(shown.seconds - place.frame / place.rate) * shown.rate;
      return !place.heard && track.id === shown.track && apart <= shownSlackFrames;
    });
  }

  /** What was meant could not be had: an older intention is meant again. */
  returnToAim(aim: Aim, nowMs: number): void {
    this.push({ ...aim, sinceMs: nowMs, listed: this.aim?.listed ?? aim.listed });
  }

  /** What follows has taken over from `heard` before the mixer heard of the newest clicks: a switch in place is
   *  meant there, and a seek still means the track that it was made in. @param dueMs until then it had heard */
  overtake(heard: Aim, dueMs: number, rate: number): Aim | undefined {
    const track = successor(heard.track);
    if (!track) return undefined;
    const place: Place = { frame: 0, rate, heard: false, mayBeginAgain: false };
    const following: Aim = { ...heard, track, listed: track, place };
    const isThere = (aim: Aim): boolean =>
      aim.place === heard.place || (aim.track === track && aim.place.frame === 0);
    this.aims = [
      following,
      ...this.aims
        .filter(({ sinceMs }) => sinceMs > dueMs)
        .map((aim) => (isThere(aim) ? { ...following, ...changeOf(aim) } : aim)),
    ];
    return following;
  }

  private load(track: SimulatedTrack, nowMs: number, shown: Shown): void {
    this.aimAt(track, 0, nowMs, shown);
  }

  private aimAt(
    track: SimulatedTrack,
    frame: number,
    nowMs: number,
    shown: Shown,
    listed = track,
  ): void {
    const place: Place = { frame, rate: shown.rate, heard: false, mayBeginAgain: false };
    this.push({ sinceMs: nowMs, track, listed, variant: this.variant, place });
  }

  private change(nowMs: number): void {
    const { aim, variant } = this;
    if (!aim || aim.variant === variant) return;
    const { track, listed, place } = aim;
    this.push({ sinceMs: nowMs, track, listed, variant, place });
  }

  private push(aim: Aim): void {
    this.aims.push(aim);
    if (this.aims.length > 64) this.aims.shift();
  }

  private wish(playing: boolean, nowMs: number): void {
    if (this.isPlaying === playing) return;
    this.isPlaying = playing;
    this.wishSinceMs = nowMs;
  }
}

function changeOf({ sinceMs, variant }: Aim): Pick<Aim, "sinceMs" | "variant"> {
  return { sinceMs, variant };
}

/** The slider spans what the page holds for the length of the track: a header may lie. */
function onSlider(seconds: number, { duration }: Shown): number {
  return duration > 0 ? Math.min(seconds, duration) : seconds;
}

/** The track before this one in the list, if there is one. */
function predecessor(track: SimulatedTrack): SimulatedTrack | undefined {
  return simulatedTracks[simulatedTracks.indexOf(track) - 1];
}

/** The track after this one in the list, if there is one. */
export function successor(track: SimulatedTrack): SimulatedTrack | undefined {
  return simulatedTracks[simulatedTracks.indexOf(track) + 1];
}
