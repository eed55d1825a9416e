/** Ear: reads every frame that would reach the speakers and asks the listener's model whether it may
 *  sound. A frame is a code (the right frame of the right rendering), silence, or part of a fade.
 *
 *  A code that does not continue what sounded is believed only when the next frame continues *it*: a
 *  faded sample spells a valid code about once in a few hundred. */
import { defaultLaneMixerConfig } from "#engine/audio/laneMixer.ts";
import type { MixerControl, MixerReport } from "#engine/protocol/mixerMessages.ts";
import { framesAt, simulatedTracks } from "../ports/tracks.ts";
import { quantumFrames, type Ear as EarPort, type Platform } from "../ports/simulatedOutput.ts";
import type { World } from "../world/world.ts";
import type { SimulatedLibrary } from "../ports/simulatedLibrary.ts";
import type { Docket } from "./docket.ts";
import { crossfadeFrom, isMadeAnew, wrongWith, type Crossfade } from "./crossfade.ts";
import { complaint, frameText, showSound } from "./complaint.ts";
import { PauseDues } from "./pauseDues.ts";
import { Succession } from "./succession.ts";
import type { HeardRun, Voice } from "./voice.ts";
import { isFadeInto, type FadedFrame } from "./fade.ts";
import { decodeFrame, encodeFrame, type CodedFrame } from "./frameCode.ts";
import type { Aim, Listener, Shown } from "./listener.ts";
import {
  aimOf,
  isAlreadyHeard,
  isAmbiguous,
  isContinuation,
  isSameRendering,
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
  readonly listener: Listener;
  readonly library: SimulatedLibrary;
  /** by track: the newest version of its file that was heard */
  private readonly versions = new Map<number, number>();
  private readonly pauseDues: PauseDues;
  private readonly succession: Succession;
  /** frames of the fade that is going on */
  private readonly run: FadedFrame[] = [];
  private crossfade: Crossfade | null = null;
  /** frames since the last code that are part of fades */
  noiseSinceCode = 0;
  private silences = 0;
  private isSilent = true;
  private suspect: CodedFrame | null = null;
  private readonly platform: Pick<Platform, "lateMs">;
  /** ms by which the last reports of a mixer that stopped were late at most: they came too late */
  private lateMs = 0;
  private isFresh = true;
  private beganMs = 0;
  /** ms when a lane took over last */
  committedMs = 0;
  /** ms when a lane came to its end last */
  endedMs = Number.NEGATIVE_INFINITY;

  constructor(
    name: string,
    world: World,
    docket: Docket,
    listener: Listener,
    library: SimulatedLibrary,
    platform: Pick<Platform, "lateMs">,
  ) {
    this.name = name;
    this.world = world;
    this.docket = docket;
    this.listener = listener;
    this.library = library;
    this.platform = platform;
    this.pauseDues = new PauseDues(world, listener);
    this.succession = new Succession(world, this);
  }

  get fadeFrames(): number {
    return Math.max(1, Math.round(defaultLaneMixerConfig.fadeSeconds * this.rate));
  }

  /** Whether the track that sounded has come to its end. */
  get hasEnded(): boolean {
    return this.succession.isAtEnd(this.noiseSinceCode);
  }

  /** Whether what is meant has come to its end, though nothing of a seek to the end is ever heard. */
  get isSoundedOut(): boolean {
    const { aim } = this.listener;
    if (!aim) return false;
    if (aim.place.heard) return this.hasEnded;
    return this.succession.hasEndedUnheard(aim);
  }

  /** Whether it has been silent since the last code, or another mixer has begun. */
  get isOut(): boolean {
    return this.isSilent || this.silences > 0 || this.isFresh;
  }

  /** Whether nothing more of what is meant is due to sound. */
  get isOver(): boolean {
    const { aim } = this.listener;
    return this.hasEnded || (aim !== undefined && this.succession.isPastEnd(aim));
  }

  opened(rate: number): void {
    if (this.voice && this.rate !== rate) {
      this.voice.frame = Math.round((this.voice.frame * rate) / this.rate);
      this.noiseSinceCode = Math.ceil((this.noiseSinceCode * rate) / this.rate);
    }
    this.rate = rate;
    this.crossfade = null;
    this.pauseDues.opened();
    this.isFresh = true;
    this.isSilent = true;
    this.run.length = 0;
    this.disturb();
  }

  running(isRunning: boolean): void {
    if (this.isRunning && !isRunning) ({ lateMs: this.lateMs } = this.platform);
    this.isRunning = isRunning;
    this.disturb();
  }

  told(message: MixerControl): void {
    this.pauseDues.told(message);
  }

  /** A lane may take over in silence, and be heard later: it began when the mixer says so. */
  reported(report: MixerReport): void {
    if (report.type === "lane/ended") this.endedMs = this.world.now;
    if (report.type !== "lane/committed") return;
    this.committedMs = this.world.now;
    const { listener, voice, rate } = this;
    // what is heard in another variant goes on where it is
    const isNext = report.frame === 0;
    if (isNext && voice && !this.isSilent && this.run.length === 0) {
      this.crossfade = crossfadeFrom(this, voice, this.world.now, this.isCalm());
      if (this.crossfade?.isMeant) {
        this.succession.crossOver();
        this.disturb();
      }
    }
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
    const lateSound = this.pauseDues.pass(count, sounds, this.fadeFrames);
    if (lateSound) this.accuse("sound-while-paused", lateSound);
    if (sounds) this.soundMs = this.world.now;
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
    const crossfading = this.crossfade?.frames ?? 0;
    const most =
      crossfading +
      3 * this.fadeFrames +
      quantumFrames +
      recent * (this.fadeFrames + quantumFrames);
    if (run.length > most)
      this.accuse("noise", `${run.length} frames in a row are neither a code nor a fade`);
    else if (this.isCalm() && run.length > crossfading + 2 * this.fadeFrames + quantumFrames)
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
      lateMs: this.lateMs,
      committedMs: this.committedMs,
      beganMs: Math.min(this.beganMs, this.committedMs),
    };
    // only a track's own first frame may begin, or follow the last of another, without a fade
    if (onset.faded === 0 && code.frame !== 0)
      this.accuse("click", `${frameText(code, 0)} begins without a fade`);
    if (!isContinuation(onset)) {
      const aim = aimOf(onset, this.listener.aims) ?? this.aimUnasked(onset);
      if (!aim) {
        this.accuse("wrong-audio", complaint(onset, this.listener.aims));
        return;
      }
      this.listener.settle(aim, isAmbiguous(onset, this.listener.aims, aim));
    } else this.succession.aimGivenUp(onset);
    // too little of what followed was heard to tell what fades
    const isHidden = this.succession.isAtEnd(onset.since - onset.faded);
    const { crossfade } = this;
    const isWhole = crossfade?.isMeant && code.track !== crossfade.old.track && this.silences === 0;
    if (isWhole && this.listener.lastCommandMs < crossfade.sinceMs) {
      const wrong = isMadeAnew(crossfade, onset) ? null : wrongWith(crossfade, onset, this.run);
      if (wrong) this.accuse("crossfade", wrong);
    } else if (!isHidden && !isFadeInto(onset, this.run))
      this.accuse("fade", `${onset.faded} frames before ${frameText(code, 0)} are no fade into it`);
    this.crossfade = null;
    this.versions.set(code.track, code.version);
    const voice = { ...code, frame: code.frame + 1 };
    this.voice = voice;
    this.heard.push({ atMs: this.world.now, code, voice });
    this.run.length = this.noiseSinceCode = this.silences = 0;
    this.isSilent = false;
    this.isFresh = false;
  }

  /** What goes on, or follows, without a click. */
  private aimUnasked(onset: Onset): Aim | undefined {
    const following = this.succession.aimAfterEnd(onset) ?? this.succession.aimOvertaken(onset);
    if (following) this.disturb();
    return following ?? this.succession.aimGivenUp(onset);
  }

  /** Lets the listener mean what the page shows, where nobody chose it.
   *  @param shown on the page
   *  @param failure what the page says of what was meant: it cannot be had and something else goes on, or
   *  nothing does, and Play tries again
   *  @param isPlaced the click counts from the track that is shown */
  follow(shown: Shown, failure: "goesOn" | "silent" | null, isPlaced: boolean): void {
    const wrong = this.succession.follow(
      shown,
      failure,
      isPlaced,
      this.lateMs + this.platform.lateMs,
    );
    if (wrong) this.accuse("view", wrong);
  }

  /** Whether there was something wrong with the track since it was meant, or just before. */
  isTroubled({ track, sinceMs }: Aim): boolean {
    return this.library.isTroubled(track, sinceMs);
  }

  lengthOf(voice: Voice): number {
    return framesAt(simulatedTracks[voice.track]!, this.rate);
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
