import type { Emit } from "#engine/ports/port.ts";

export type ElementReport =
  | { readonly type: "media.ready" }
  | { readonly type: "media.starved" }
  | { readonly type: "media.ended" }
  | { readonly type: "media.failed"; readonly seconds: number }
  | { readonly type: "media.stopped" }
  /** position or length are others now */
  | { readonly type: "moved" };

export type ElementDevice = {
  /** seconds into what is open; where it will begin while that is not known */
  readonly seconds: () => number;
  /** seconds; 0 while it is not known */
  readonly duration: () => number;
  /** Lets go of what was open; plays if it was told to play. */
  readonly open: (address: string, seconds: number) => void;
  /** Called in the gesture, where there is one. */
  readonly play: () => void;
  readonly pause: () => void;
  readonly seek: (seconds: number) => void;
  readonly setVolume: (gain: number) => void;
  readonly close: () => void;
};

/** One `<audio>` element for the page's whole life: telephones let only one that was touched go on by itself. */
export function openAudioElement(emit: Emit<ElementReport>): ElementDevice {
  const element = new Audio();
  element.preload = "auto";
  let wanted = false;
  /** where to go as soon as the length is known */
  let begin = 0;
  const isThere = (): boolean => element.readyState > 0;
  const seconds = (): number => (isThere() ? element.currentTime : begin);
  const play = (): void => {
    wanted = true;
    // refused: the browser wants a click first. Given up for another source: that one is played
    element.play().catch((cause: DOMException) => {
      if (wanted && cause.name === "NotAllowedError") emit({ type: "media.stopped" });
    });
  };
  element.onloadedmetadata = () => {
    if (begin > 0) element.currentTime = begin;
    emit({ type: "moved" });
  };
  element.oncanplay = () => emit({ type: "media.ready" });
  element.onplaying = () => emit({ type: "media.ready" });
  element.onwaiting = () => emit({ type: "media.starved" });
  element.onended = () => emit({ type: "media.ended" });
  element.ontimeupdate = () => emit({ type: "moved" });
  element.ondurationchange = () => emit({ type: "moved" });
  element.onseeked = () => emit({ type: "moved" });
  element.onerror = () => emit({ type: "media.failed", seconds: seconds() });
  element.onpause = () => {
    if (wanted && !element.ended && isThere()) emit({ type: "media.stopped" });
  };
  return {
    seconds,
    duration: () => (Number.isFinite(element.duration) ? element.duration : 0),
    open: (address, at) => {
      begin = at;
      element.src = address;
      if (wanted) play();
    },
    play: () => {
      wanted = true;
      if (element.hasAttribute("src")) play();
    },
    pause: () => {
      wanted = false;
      element.pause();
    },
    seek: (at) => {
      begin = at;
      if (isThere()) element.currentTime = at;
    },
    setVolume: (gain) => {
      element.volume = gain;
    },
    close: () => {
      element.removeAttribute("src");
      element.load();
    },
  };
}
