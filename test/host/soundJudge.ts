/** Judges every frame that a player hands to its sink: it is the right frame of what is meant, of what
 *  sounded before and still may, silence where that is due, or inside a fade of bounded length.
 *
 *  What is right is known to the bit: `References` holds every track in every variant. */
import type { VariantName } from "#engine/protocol/variant.ts";
import type { Meant, MeantSound } from "./meantSound.ts";

/** Interleaved s16 of every track in every variant, by `TRACK VARIANT`. */
export type References = ReadonlyMap<string, Int16Array>;

export const referenceName = (track: number, variant: VariantName): string => `${track} ${variant}`;

/** frames that have to be whole numbers in a row before they are looked for */
const needleFrames = 4;
/** frames by which the end of a fade cannot be told exactly: its last steps may round to whole numbers */
const blur = needleFrames + 2;

type Run = { readonly name: string; readonly from: number; next: number };

export type Heard = {
  /** frames that were right */
  right: number;
  /** frames inside fades */
  faded: number;
  /** frames of silence while something was meant to sound, and had sounded */
  missing: number;
  /** ms from the click to the first whole frame of what it meant, as it sounds */
  readonly toSoundMs: number[];
  /** the same, until the mixer has given it: what the sink keeps ahead comes on top of that */
  readonly toMixerMs: number[];
  /** times that the original stood in */
  standIns: number;
};

export class SoundJudge {
  readonly heard: Heard = {
    right: 0,
    faded: 0,
    missing: 0,
    toSoundMs: [],
    toMixerMs: [],
    standIns: 0,
  };
  /** what was wrong, in words; at most 20 */
  readonly complaints: string[] = [];
  private readonly references: References;
  private readonly listener: MeantSound;
  private readonly rate: number;
  private readonly fadeFrames: number;
  private run: Run | null = null;
  private last: Run | null = null;
  /** since the last run */
  private mixed = 0;
  private silent = 0;
  private commandsAtRun = 0;
  /** times that it fell silent */
  private silences = 0;
  /** some of that was a pause */
  private hasPaused = false;
  private wasSilent = false;
  /** place in the history */
  private newestAtFade = 0;
  private wasHeardAtFade = true;
  private pausedSounding = 0;
  private rest: Float64Array[] = [];
  /** frames that one track may take to go over into the next by itself */
  crossfadeFrames = 0;
  /** frames heard, of whatever kind */
  elapsed = 0;

  constructor(references: References, listener: MeantSound, rate: number) {
    this.references = references;
    this.listener = listener;
    this.rate = rate;
    this.fadeFrames = Math.round(0.015 * rate);
  }

  /** whether nothing but silence came last */
  get isSilent(): boolean {
    return this.run === null && this.silent > 0;
  }

  /** The next frame of a track, while it sounds; Infinity when something else does. */
  playedUntil(track: number): number {
    if (!this.run) return this.last?.next ?? 0;
    return Number(this.run.name.split(" ")[0]) === track ? this.run.next : Infinity;
  }

  /** Hears a block. @param startsInMs until its first frame sounds */
  hear(left: Float32Array, right: Float32Array, startsInMs: number): void {
    const soundsMs = performance.now() + startsInMs;
    for (let i = 0; i < left.length; i++) {
      this.elapsed++;
      this.take(left[i]! * 32768, right[i]! * 32768, soundsMs + (i * 1000) / this.rate);
    }
    if (this.complaints.length > 20) this.complaints.length = 20;
  }

  private take(left: number, right: number, soundsMs: number): void {
    this.weighPause(left !== 0 || right !== 0);
    if (this.run) {
      const samples = this.references.get(this.run.name)!;
      const at = 2 * this.run.next;
      if (at < samples.length && samples[at] === left && samples[at + 1] === right) {
        this.run.next++;
        this.heard.right++;
        this.noteBack(this.run);
        return;
      }
      this.last = this.run;
      this.run = null;
      this.mixed = this.silent = this.silences = 0;
      this.hasPaused = false;
      this.commandsAtRun = this.listener.commands;
      this.rest = [];
    }
    if (left === 0 && right === 0) {
      this.rest = [];
      if (!this.wasSilent) this.silences++;
      this.wasSilent = true;
      this.hasPaused ||= !this.listener.wishes;
      this.silent++;
      if (this.listener.wishes && this.listener.isHeard && this.last) this.heard.missing++;
      return;
    }
    this.wasSilent = false;
    if (this.mixed === 0) {
      this.newestAtFade = this.listener.history.length - 1;
      this.wasHeardAtFade = this.listener.isHeard;
    }
    this.mixed++;
    this.heard.faded++;
    this.weighFade(left, right);
    if (!Number.isInteger(left) || !Number.isInteger(right)) {
      this.rest = [];
      return;
    }
    this.rest.push(Float64Array.of(left, right));
    if (this.rest.length > needleFrames) this.rest.shift();
    if (this.rest.length === needleFrames) this.recognise(soundsMs);
  }

  /** Back to the variant that sounds all the while: heard already. */
  private noteBack({ name }: Run): void {
    const { meant, isHeard } = this.listener;
    if (!isHeard && meant?.start === null && name === referenceName(meant.track, meant.variant))
      this.listener.hear(meant);
  }

  /** Silence when paused, within a fade. */
  private weighPause(sounds: boolean): void {
    if (this.listener.wishes || !sounds) {
      if (this.listener.wishes) this.pausedSounding = 0;
      return;
    }
    this.pausedSounding++;
    if (this.pausedSounding === this.fadeFrames + 129) this.complain("sound in a pause");
  }

  private weighFade(left: number, right: number): void {
    const commands = this.listener.commands - this.commandsAtRun;
    // out of every silence there is one more
    const fades = 2 + commands + this.silences;
    const most = fades * (this.fadeFrames + blur) + this.crossfadeFrames;
    if (this.mixed === most + 1)
      this.complain(
        `${most} frames neither right nor a fade, ${left} and ${right} the last: ${this.describe()}`,
      );
  }

  /** A run begins: where it may. */
  private recognise(soundsMs: number): void {
    const place = this.expected() ?? this.anywhere();
    if (!place) return;
    const { name, at, means } = place;
    this.heard.faded -= needleFrames;
    this.heard.right += needleFrames;
    this.mixed -= needleFrames;
    if (means === undefined)
      this.complain(
        `frame ${at} of ${name} is heard, ${this.describeMeant()}, after ${this.describeLast()}`,
      );
    else if (means) {
      if (means === this.listener.meant && !this.listener.isHeard) {
        this.heard.toSoundMs.push(soundsMs - means.clickedMs);
        this.heard.toMixerMs.push(performance.now() - means.clickedMs);
      }
      this.listener.hear(means);
    }
    this.run = { name, from: at, next: at + needleFrames };
    this.rest = [];
  }

  /** The places at which a run may begin: where an intention begins that was the newest at some time since
   *  the fade began, or on behind what sounded last. */
  private expected(): Place | undefined {
    const { history } = this.listener;
    const { last } = this;
    for (let i = history.length - 1; i >= Math.max(0, this.newestAtFade); i--) {
      const place = this.beginning(history[i]!);
      if (place) return place;
    }
    // what sounded goes on, behind an underrun as well; behind a pause not, when something else is meant by now
    if (last && (this.wasHeardAtFade || !this.hasPaused)) {
      const at = this.find(last.name, this.onward - blur, this.onward + blur);
      if (at !== null) return { name: last.name, at, means: null };
    }
    return this.again() ?? this.following(last);
  }

  /** What is heard began as the intention before it would have: its own lane begins now. */
  private again(): Place | undefined {
    const { meant } = this.listener;
    if (!meant || meant.twin === null) return undefined;
    const name = referenceName(meant.track, meant.variant);
    const at = this.find(name, meant.twin, meant.twin + this.mixed + blur);
    if (at === null) return undefined;
    this.listener.beginAgain();
    return { name, at, means: null };
  }

  /** where what sounded last would be */
  private get onward(): number {
    return (this.last?.next ?? 0) + this.mixed - needleFrames;
  }

  private beginning(meant: Meant): Place | undefined {
    const { last } = this;
    const { start } = meant;
    const isThere = last !== null && Number(last.name.split(" ")[0]) === meant.track;
    if (start === null && !isThere) return undefined;
    const [from, until] =
      start === null
        ? [this.onward - blur, this.onward + blur]
        : [start, start + this.mixed + blur];
    const name = referenceName(meant.track, meant.variant);
    const at = this.find(name, from, until);
    if (at !== null) return { name, at, means: meant };
    const original = referenceName(meant.track, "original");
    const isDone = meant === this.listener.meant && this.listener.isHeard;
    const standIn = isDone ? null : this.find(original, from, until);
    if (standIn === null) return undefined;
    this.heard.standIns++;
    this.listener.place(meant);
    return { name: original, at: standIn, means: null };
  }

  /** The track behind one that has ended. */
  private following(last: Run | null): Place | undefined {
    if (!last) return undefined;
    const [track, variant] = last.name.split(" ") as [string, VariantName];
    const length = this.references.get(last.name)!.length / 2;
    if (last.next + this.mixed < length - this.fadeFrames - this.crossfadeFrames) return undefined;
    const name = referenceName(Number(track) + 1, variant);
    if (!this.references.has(name)) return undefined;
    const at = this.find(name, 0, this.crossfadeFrames + this.fadeFrames + blur);
    if (at === null) return undefined;
    this.listener.advance(Number(track) + 1);
    return { name, at, means: null };
  }

  private anywhere(): Place | undefined {
    for (const [name, samples] of this.references) {
      const at = this.find(name, 0, samples.length / 2);
      if (at !== null) return { name, at, means: undefined };
    }
    return undefined;
  }

  /** @returns the frame at which the last few frames heard are found, begun in `[from, until]` */
  private find(name: string, from: number, until: number): number | null {
    const samples = this.references.get(name)!;
    const most = Math.min(until, samples.length / 2 - needleFrames);
    for (let at = Math.max(0, from); at <= most; at++)
      if (
        this.rest.every(
          ([left, right], i) =>
            samples[2 * (at + i)] === left && samples[2 * (at + i) + 1] === right,
        )
      )
        return at;
    return null;
  }

  /** What is meant, what sounds and what sounded before, in words. */
  describe(): string {
    const { run } = this;
    const now = run ? `${run.name} ${run.from}…${run.next}` : "no whole frame";
    return `${this.describeMeant()}; ${now} sounds, after ${this.describeLast()}`;
  }

  private describeMeant(): string {
    const { meant, isHeard, wishes } = this.listener;
    if (!meant) return "nothing was chosen";
    const { track, variant, start } = meant;
    return `meant is ${track} ${variant} from ${start ?? "there"} (${isHeard ? "heard" : "not heard yet"}, ${wishes ? "playing" : "paused"})`;
  }

  private describeLast(): string {
    const { last, mixed, silent } = this;
    if (!last) return "nothing";
    return `${last.name} ${last.from}…${last.next}, ${mixed} faded, ${silent} silent`;
  }

  private complain(text: string): void {
    this.complaints.push(`${(this.elapsed / this.rate).toFixed(3)} s: ${text}`);
  }
}

type Place = {
  readonly name: string;
  readonly at: number;
  /** null: it only goes on; undefined: nothing may begin there */
  readonly means: Meant | null | undefined;
};
