/** Succession: what is meant without a click: what follows a track that has ended or cannot be heard, and what
 *  goes on when something else could not be had. */
import { quantumFrames } from "../ports/simulatedOutput.ts";
import type { SimulatedLibrary } from "../ports/simulatedLibrary.ts";
import { framesAt, simulatedTracks, type SimulatedTrack } from "../ports/tracks.ts";
import type { World } from "../world/world.ts";
import { successor, type Aim, type Listener, type Shown } from "./listener.ts";
import { aimOf, isContinuation, reachMs, variantFits, type Onset } from "./onset.ts";
import { originalNumber, simulatedVariants } from "./variantNumbers.ts";
import type { Voice } from "./voice.ts";

/** What the ear has heard. */
export type Hearing = {
  readonly listener: Listener;
  readonly library: SimulatedLibrary;
  readonly voice: Voice | null;
  /** Hz */
  readonly rate: number;
  readonly fadeFrames: number;
  readonly noiseSinceCode: number;
  readonly isOut: boolean;
  /** ms of the last frame that was not silent */
  readonly soundMs: number;
  readonly committedMs: number;
  readonly endedMs: number;
  readonly isTroubled: (aim: Aim) => boolean;
  readonly lengthOf: (voice: Voice) => number;
};

export class Succession {
  private readonly world: World;
  private readonly ear: Hearing;
  /** what was meant before the next track began by itself, and when that was */
  private before: { readonly aim: Aim; readonly atMs: number } | null = null;

  constructor(world: World, ear: Hearing) {
    this.world = world;
    this.ear = ear;
  }

  /** The track came to its end, or cannot be heard, and the one after it begins by itself. */
  aimAfterEnd(onset: Onset): Aim | undefined {
    const { world } = this;
    const { listener, soundMs, rate } = this.ear;
    const { code, faded, since } = onset;
    // behind a seek to the end the next one begins while what sounded is still fading
    const isHidden = listener.aim !== undefined && this.isPastEnd(listener.aim);
    if (code.frame > faded || (code.frame < faded && !isHidden)) return undefined;
    if (listener.aim?.track.number === code.track) return undefined;
    this.countFromEnded(onset);
    const isLeft = (aim: Aim): boolean => this.isThrough(aim, since) || this.isPassedOver(aim);
    const isMeant = ({ track }: Aim): boolean => track.number === code.track;
    // the next one was meant from when the one before fell silent
    const atMs = ({ sinceMs }: Aim): number => Math.max(sinceMs, Math.min(world.now, soundMs));
    const { aim } = listener;
    if (!listener.advanceUntil(isMeant, isLeft, atMs, rate)) return undefined;
    this.before = aim ? { aim, atMs: world.now } : null;
    return variantFits(listener.aim!, onset) ? listener.aim : undefined;
  }

  /** The next track has begun before the end of the one that sounds. */
  crossOver(): void {
    const { listener, rate } = this.ear;
    const { aim } = listener;
    if (aim && listener.advance(this.world.now, rate)) this.before = { aim, atMs: this.world.now };
  }

  /** The track came to its end, and the next one had begun before the mixer heard of the clicks that came
   *  meanwhile. */
  aimOvertaken(onset: Onset): Aim | undefined {
    const { listener, rate } = this.ear;
    const { code, faded, since, beganMs } = onset;
    if (code.frame !== faded) return undefined;
    const dueMs = beganMs - reachMs;
    const isDue = ({ sinceMs }: Aim): boolean => sinceMs <= dueMs;
    const over =
      listener.aims.findLast((aim) => isDue(aim) && this.isThrough(aim, since)) ??
      this.aimOfVoice(since);
    const newer = listener.aims.slice(over ? listener.aims.indexOf(over) + 1 : 0);
    const isLate = newer.some((aim) => isDue(aim) && !this.isPassedOver(aim));
    if (!over || isLate || successor(over.track)?.number !== code.track) return undefined;
    if (!variantFits(over, onset)) return undefined;
    return listener.overtake(over, dueMs, rate);
  }

  /** What has sounded to its end, though it is none of what is meant any more: that could not be had.
   *  @param noise faded frames since its last code */
  private aimOfVoice(noise: number): Aim | undefined {
    const { voice, rate } = this.ear;
    if (!voice || !this.isAtEnd(noise)) return undefined;
    const track = simulatedTracks[voice.track]!;
    const place = { frame: 0, rate, heard: true, mayBeginAgain: false };
    const { variant } = this.ear.listener;
    return { sinceMs: 0, track, listed: track, variant, place };
  }

  /** What could not be had was given up for what sounded, and that goes on: in a new mixer, from the last
   *  report of the old one, in the variant that it stood in for, in what its file is by now, or in a lane anew. */
  aimGivenUp(onset: Onset): Aim | undefined {
    const { listener, committedMs, rate } = this.ear;
    const { isFresh, voice, code } = onset;
    const { aim } = listener;
    if (!voice || !aim || !this.isPassedOver(aim)) return undefined;
    const isStoodFor =
      code.track === voice.track &&
      voice.variant === originalNumber &&
      code.variant !== originalNumber &&
      simulatedVariants[code.variant] === aim.variant;
    const isReplaced =
      code.track === voice.track && code.variant === voice.variant && code.version > voice.version;
    // a lane of an older intention cannot have taken over any more
    const isAnew =
      aim.track.number !== voice.track &&
      isContinuation(onset) &&
      committedMs > aim.sinceMs + reachMs;
    if (!isFresh && !isStoodFor && !isReplaced && !isAnew) return undefined;
    listener.returnTo(isStoodFor && !isFresh ? code : voice, committedMs, rate);
    return aimOf(onset, [listener.aim!]);
  }

  /** What could not be had was given up for what went on and has ended now: the next one is counted from
   *  there. */
  private countFromEnded({ code, since, voice }: Onset): void {
    const { world } = this;
    const { listener, rate } = this.ear;
    const { aim, aims } = listener;
    if (!voice || !aim || aim.place.heard || !this.isPassedOver(aim)) return;
    const silent = aims.slice(0, -1).findLast((older) => this.hasEndedUnheard(older));
    if (silent && this.follows(silent.track, code.track))
      return listener.returnToAim(silent, world.now);
    // what ended may as well be what went on
    if (this.isAtEnd(since) && this.follows(simulatedTracks[voice.track]!, code.track))
      listener.returnTo(voice, world.now, rate);
  }

  /** Whether it is the next one behind a track that can be had. */
  private follows(track: SimulatedTrack, number: number): boolean {
    const { library } = this.ear;
    let next = successor(track);
    while (next && next.number !== number && library.isTroubled(next, this.world.now))
      next = successor(next);
    return next?.number === number;
  }

  /** Takes over the track that the page shows, when it is the one after a track that has ended, or is what
   *  goes on since something else could not be had: a click made now refers to that one.
   *  @param shown on the page
   *  @param failure what the page says of what was meant: it cannot be had and something else goes on, or
   *  nothing does, and Play tries again
   *  @param isPlaced the click counts from that track
   *  @param lateMs by which the page hears of what sounds later than it usually does
   *  @returns what is wrong with what is shown, or null */
  follow(
    shown: Shown,
    failure: "goesOn" | "silent" | null,
    isPlaced: boolean,
    lateMs: number,
  ): string | null {
    const { world } = this;
    const { listener, voice, rate, committedMs, noiseSinceCode } = this.ear;
    const shownTrack = shown.track;
    if (failure && voice && listener.aim && this.isGivenUp(listener.aim)) {
      if (failure === "silent") return null;
      const silent = listener.takenOverUnheard(shown);
      if (silent) listener.returnToAim(silent, world.now);
      else if (simulatedTracks[voice.track]!.id === shownTrack)
        listener.returnTo(voice, world.now, rate);
    }
    if (!listener.aim || shownTrack === null) return null;
    const { before } = this;
    // the page has not heard yet that the next track has begun
    if (before?.aim.track.id === shownTrack && world.now - before.atMs <= reachMs + lateMs) {
      if (isPlaced) listener.returnToAim(before.aim, world.now);
      return null;
    }
    const isLeft = (aim: Aim): boolean =>
      this.isThrough(aim, noiseSinceCode) || this.isPassedOver(aim);
    // the next track may have taken over before anybody looked
    const atMs = ({ sinceMs }: Aim): number => (committedMs > sinceMs ? committedMs : world.now);
    if (listener.advanceUntil(({ track }) => track.id === shownTrack, isLeft, atMs, rate))
      return null;
    return `the page shows ${shownTrack}, due is ${listener.aim.track.id}`;
  }

  /** Whether no more of what was meant is heard, for something was wrong with the track. */
  private isPassedOver(aim: Aim): boolean {
    return (!aim.place.heard || this.ear.isOut) && this.ear.isTroubled(aim);
  }

  /** Whether the page's failure is about what was meant: what has sounded to its end is not. */
  private isGivenUp(aim: Aim): boolean {
    const hasSounded = aim.place.heard && this.isAtEnd(this.ear.noiseSinceCode);
    return !hasSounded && this.isPassedOver(aim);
  }

  private isThrough(aim: Aim, noise: number): boolean {
    return aim.place.heard ? this.isAtEnd(noise) : this.isPastEnd(aim);
  }

  /** A seek to the end, or beyond it. */
  isPastEnd(aim: Aim): boolean {
    const total = framesAt(aim.track, aim.place.rate);
    return !aim.place.heard && aim.place.frame >= total - 2 * this.ear.fadeFrames - quantumFrames;
  }

  /** Nothing of a seek to the end is ever heard: the mixer says that it was there. */
  hasEndedUnheard(aim: Aim): boolean {
    return this.isPastEnd(aim) && this.ear.endedMs >= aim.sinceMs;
  }

  /** Whether what sounded last has sounded to its end. @param noise faded frames since its last code */
  isAtEnd(noise: number): boolean {
    const { voice } = this.ear;
    return voice !== null && voice.frame + noise + 2 >= this.ear.lengthOf(voice);
  }
}
