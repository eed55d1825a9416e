/** Ear: reads every frame that would reach the speakers and asks the listener's model whether it may
 *  sound. A frame is a code (the right frame of the right rendering), silence, or part of a fade.
 *
 *  A code that does not continue what sounded is believed only when the next frame continues *it*: a
 *  faded sample spells a valid code about once in a few hundred. */
import { defaultLaneMixerConfig } from "#engine/audio/laneMixer.ts";
import type { MixerControl, MixerReport } from "#engine/protocol/mixerMessages.ts";
import { framesAt, simulatedTracks } from "../ports/tracks.ts";
import { quantumFrames, type Ear as EarPort } from "../ports/simulatedOutput.ts";
import type { World } from "../world/world.ts";
import type { SimulatedLibrary } from "../ports/simulatedLibrary.ts";
import type { Docket } from "./docket.ts";
import { complaint, frameText, showSound } from "./complaint.ts";
import type { HeardRun, Voice } from "./voice.ts";
import { isFadeInto, type FadedFrame } from "./fade.ts";
import { decodeFrame, encodeFrame, type CodedFrame } from "./frameCode.ts";
import { successor, type Aim, type Listener, type Shown } from "./listener.ts";
import {
  aimOf,
  isAlreadyHeard,
  isAmbiguous,
  isContinuation,
  isSameRendering,
  reachMs,
  variantFits,
  type Onset,
} from "./onset.ts";

/** seconds after the last command or fault from which on nothing may be amiss */
export const calmSeconds = 10;

export class Ear implements EarPort {
  voice: Voice | null = null;
  rate = 0;
  /** ms of the last frame that was not silent */
  soundMs = Number.NEGATIVE_INFINITY;
  /** frames of code heard in all */
  heardFrames = 0;
  /** what was heard, first to last; a fade parts two runs */
  readonly heard: HeardRun[] = [];
  /** ms of the last disturbance: command, fault, change of track */
  disturbedMs = 0;
  isRunning = false;
  private readonly name: string;
  private readonly world: World;
  private readonly docket: Docket;
  private readonly listener: Listener;
  readonly library: SimulatedLibrary;
  /** by track: the newest version of its file that was heard */
  private readonly versions = new Map<number, number>();
  /** what the mixer was told last, and how many frames it has emitted since */
  private transport = { playing: false, frames: 0 };
  /** frames of the fade that is going on */
  private readonly run: FadedFrame[] = [];
  private noiseSinceCode = 0;
  private silences = 0;
  private isSilent = true;
  private suspect: CodedFrame | null = null;
  private isFresh = true;
  private beganMs = 0;
  private committedMs = 0;

  constructor(
    name: string,
    world: World,
    docket: Docket,
    listener: Listener,
    library: SimulatedLibrary,
  ) {
    this.name = name;
    this.world = world;
    this.docket = docket;
    this.listener = listener;
    this.library = library;
  }

  get fadeFrames(): number {
    return Math.max(1, Math.round(defaultLaneMixerConfig.fadeSeconds * this.rate));
  }

  /** Whether the track that sounded has come to its end. */
  get hasEnded(): boolean {
    return this.isAtEnd(this.noiseSinceCode);
  }

  /** Whether nothing more of what is meant is due to sound. */
  get isOver(): boolean {
    const { aim } = this.listener;
    return this.hasEnded || (aim !== undefined && this.isPastEnd(aim));
  }

  opened(rate: number): void {
    if (this.voice && this.rate !== rate) {
      this.voice.frame = Math.round((this.voice.frame * rate) / this.rate);
      this.noiseSinceCode = Math.ceil((this.noiseSinceCode * rate) / this.rate);
    }
    this.rate = rate;
    this.transport = { playing: false, frames: 0 };
    this.isFresh = true;
    this.isSilent = true;
    this.run.length = 0;
    this.disturb();
  }

  running(isRunning: boolean): void {
    this.isRunning = isRunning;
    this.disturb();
  }

  told(message: MixerControl): void {
    if (message.type === "mixer/transport" && message.playing !== this.transport.playing)
      this.transport = { playing: message.playing, frames: 0 };
  }

  /** A lane may take over in silence, and be heard later: it began when the mixer says so. */
  reported(report: MixerReport): void {
    if (report.type !== "lane/committed") return;
    this.committedMs = this.world.now;
    const { listener, voice, rate } = this;
    const { aim } = listener;
    if (!aim || aim.place.heard || this.isSilent || voice?.frame !== report.frame) return;
    // a seek to exactly where the music is: nothing can be heard of it
    if (isAlreadyHeard(aim, voice, rate)) listener.settle(aim, false);
  }

  quantum(left: Float32Array, right: Float32Array, count: number): void {
    let sounds = false;
    const hadEnded = this.hasEnded;
    for (let i = 0; i < count; i++) {
      const l = left[i]! * 32768;
      const r = right[i]! * 32768;
      const isSilence = l === 0 && r === 0;
      if (isSilence) this.hearSilence();
      else this.frame(l, r);
      sounds ||= !isSilence;
    }
    // the next track may take its time, as after any other command
    if (!hadEnded && this.hasEnded) this.disturb();
    this.transport.frames += count;
    if (sounds) {
      this.soundMs = this.world.now;
      this.judgePause();
    }
  }

  private frame(l: number, r: number): void {
    const { voice } = this;
    const exact = Number.isInteger(l) && Number.isInteger(r);
    if (exact && voice && this.run.length === 0 && !this.isSilent) {
      const code = ((l & 0xffff) << 16) | (r & 0xffff);
      if (code >>> 0 === encodeFrame(voice) && voice.frame < this.lengthOf(voice)) {
        voice.frame++;
        this.heardFrames++;
        return;
      }
    }
    const code = exact ? decodeFrame(l, r) : undefined;
    if (code && this.suspect && continues(this.suspect, code)) {
      this.begin(this.suspect);
      this.suspect = null;
      if (this.voice) this.voice.frame++;
      this.heardFrames += 2;
      return;
    }
    this.suspect = code ?? null;
    this.hearFaded({ left: l, right: r });
  }

  private hearFaded(frame: FadedFrame): void {
    const { run } = this;
    if (run.length === 0) this.beganMs = this.world.now;
    run.push(frame);
    this.noiseSinceCode++;
    this.isSilent = false;
    const recent = this.listener.recentMs.filter((ms) => ms > this.world.now - 2000).length;
    const most = 3 * this.fadeFrames + quantumFrames + recent * (this.fadeFrames + quantumFrames);
    if (run.length > most)
      this.accuse("noise", `${run.length} frames in a row are neither a code nor a fade`);
    else if (this.isCalm() && run.length > 2 * this.fadeFrames + quantumFrames)
      this.accuse("glitch", "a fade without a reason");
  }

  private hearSilence(): void {
    if (!this.isSilent) {
      const { voice, run } = this;
      showSound(this.world, this.name, "silence");
      if (voice && run.length === 0 && voice.frame < this.lengthOf(voice))
        this.accuse("click", `silence without a fade after ${frameText(voice, -1)}`);
      this.silences++;
      this.isSilent = true;
      run.length = 0;
    }
    this.suspect = null;
    // where something is wrong with the track, the page has to say so: that is looked at there
    const { aim, isPlaying } = this.listener;
    const isExcused = aim !== undefined && this.isTroubled(aim);
    if (this.isCalm() && isPlaying && this.voice && !this.isOver && !isExcused)
      this.accuse("gap", `silence in calm water, at ${frameText(this.voice, 0)}`);
  }

  /** `code` was heard and goes on: is it what may sound now? The suspect itself was counted as noise. */
  private begin(code: CodedFrame): void {
    showSound(this.world, this.name, frameText(code, 0));
    const newest = this.library.file(simulatedTracks[code.track]!).version;
    const onset: Onset = {
      code,
      versions: { oldest: this.versions.get(code.track) ?? 0, newest },
      voice: this.voice,
      rate: this.rate,
      fadeFrames: this.fadeFrames,
      faded: this.run.length - 1,
      since: this.noiseSinceCode - 1,
      silences: this.silences,
      isFresh: this.isFresh,
      committedMs: this.committedMs,
      beganMs: Math.min(this.beganMs, this.committedMs),
    };
    // only a track's own first frame may begin, or follow the last of another, without a fade
    if (onset.faded === 0 && code.frame !== 0)
      this.accuse("click", `${frameText(code, 0)} begins without a fade`);
    if (!isContinuation(onset)) {
      const aim = aimOf(onset, this.listener.aims) ?? this.aimAfterEnd(onset);
      if (!aim) {
        this.accuse("wrong-audio", complaint(onset, this.listener.aims));
        return;
      }
      this.listener.settle(aim, isAmbiguous(onset, this.listener.aims, aim));
    }
    if (!isFadeInto(onset, this.run))
      this.accuse("fade", `${onset.faded} frames before ${frameText(code, 0)} are no fade into it`);
    this.versions.set(code.track, code.version);
    const voice = { ...code, frame: code.frame + 1 };
    this.voice = voice;
    this.heard.push({ atMs: this.world.now, code, voice });
    this.run.length = this.noiseSinceCode = this.silences = 0;
    this.isSilent = false;
    this.isFresh = false;
  }

  /** The track came to its end, or cannot be heard, and the one after it begins by itself. */
  private aimAfterEnd(onset: Onset): Aim | undefined {
    const { listener, world } = this;
    const { code, faded, since } = onset;
    if (code.frame !== faded || listener.aim?.track.number === code.track) return undefined;
    this.countFromEnded(onset);
    const isLeft = (aim: Aim): boolean => this.isThrough(aim, since) || this.isPassedOver(aim);
    const isMeant = ({ track }: Aim): boolean => track.number === code.track;
    // the next one was meant from when the one before fell silent
    const atMs = ({ sinceMs }: Aim): number => Math.max(sinceMs, Math.min(world.now, this.soundMs));
    if (!listener.advanceUntil(isMeant, isLeft, atMs, this.rate)) return undefined;
    this.disturb();
    return variantFits(listener.aim!, onset) ? listener.aim : undefined;
  }

  /** What could not be had was given up for what went on and has ended now: the next one is counted from
   *  there. */
  private countFromEnded({ code, since, voice }: Onset): void {
    const { listener, world, library } = this;
    const { aim } = listener;
    if (!voice || !aim || aim.place.heard || !this.isPassedOver(aim) || !this.isAtEnd(since))
      return;
    let next = successor(simulatedTracks[voice.track]!);
    while (next && next.number !== code.track && library.isTroubled(next, world.now))
      next = successor(next);
    if (next?.number === code.track) listener.returnTo(voice, world.now, this.rate);
  }

  /** Takes over the track that the page shows, when it is the one after a track that has ended, or is what
   *  goes on since something else could not be had: a click made now refers to that one.
   *  @param shown on the page
   *  @param failure what the page says of what was meant: it cannot be had and something else goes on, or
   *  nothing does, and Play tries again */
  follow(shown: Shown, failure: "goesOn" | "silent" | null): void {
    const { listener, voice, world } = this;
    const shownTrack = shown.track;
    if (failure && voice && listener.aim && this.isPassedOver(listener.aim)) {
      if (failure === "silent") return;
      const silent = listener.takenOverUnheard(shown);
      if (silent) listener.returnToAim(silent, world.now);
      else if (simulatedTracks[voice.track]!.id === shownTrack)
        listener.returnTo(voice, world.now, this.rate);
    }
    if (!listener.aim || shownTrack === null) return;
    const isLeft = (aim: Aim): boolean =>
      this.isThrough(aim, this.noiseSinceCode) || this.isPassedOver(aim);
    // the next track may have taken over before anybody looked
    const atMs = ({ sinceMs }: Aim): number =>
      this.committedMs > sinceMs ? this.committedMs : world.now;
    if (!listener.advanceUntil(({ track }) => track.id === shownTrack, isLeft, atMs, this.rate))
      this.accuse("view", `the page shows ${shownTrack}, due is ${listener.aim.track.id}`);
  }

  /** Whether no more of what was meant is heard, for something was wrong with the track. */
  private isPassedOver(aim: Aim): boolean {
    const isOut = this.isSilent || this.silences > 0 || this.isFresh;
    return (!aim.place.heard || isOut) && this.isTroubled(aim);
  }

  /** Whether there was something wrong with the track since it was meant, or just before. */
  isTroubled({ track, sinceMs }: Aim): boolean {
    return this.library.isTroubled(track, sinceMs);
  }

  private isThrough(aim: Aim, noise: number): boolean {
    return aim.place.heard ? this.isAtEnd(noise) : this.isPastEnd(aim);
  }

  /** A seek to the end, or beyond it. */
  isPastEnd(aim: Aim): boolean {
    const total = framesAt(aim.track, aim.place.rate);
    return !aim.place.heard && aim.place.frame >= total - 2 * this.fadeFrames - quantumFrames;
  }

  private isAtEnd(noise: number): boolean {
    const { voice } = this;
    return voice !== null && voice.frame + noise + 2 >= this.lengthOf(voice);
  }

  private lengthOf(voice: Voice): number {
    return framesAt(simulatedTracks[voice.track]!, this.rate);
  }

  private judgePause(): void {
    const { transport, listener } = this;
    const lateMs = this.world.now - listener.wishSinceMs;
    if (!transport.playing && transport.frames > this.fadeFrames + quantumFrames)
      this.accuse("sound-while-paused", `${transport.frames} frames after the mixer heard of it`);
    else if (!listener.isPlaying && transport.playing && lateMs > reachMs)
      this.accuse("sound-while-paused", `the mixer has not heard of it after ${lateMs} ms`);
  }

  /** Calm begins anew; a fault that is to last longer goes on. */
  private disturb(): void {
    this.disturbedMs = Math.max(this.disturbedMs, this.world.now);
  }

  isCalm(): boolean {
    const since = Math.max(this.disturbedMs, this.listener.lastCommandMs);
    return this.world.now - since > calmSeconds * 1000;
  }

  private accuse(invariant: string, detail: string): void {
    this.docket.accuse(invariant, `${this.name}: ${detail}`);
  }
}

function continues(a: CodedFrame, b: CodedFrame): boolean {
  return b.frame === a.frame + 1 && isSameRendering(a, b);
}
