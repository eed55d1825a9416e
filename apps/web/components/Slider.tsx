import { useEffect, useEffectEvent, useRef, useState } from "react";
import type { CSSProperties, KeyboardEvent } from "react";

type SliderProps = {
  readonly label: string;
  readonly className?: string;
  readonly max: number;
  readonly step: number;
  readonly value: number;
  /** how far an arrow key goes, in the value's unit; Page Up and Down go five times as far */
  readonly keyStep: number;
  readonly textOf: (value: number) => string;
  readonly disabled?: boolean;
  /** every value on the way */
  readonly onLive?: (value: number) => void;
  /** the value that was let go of, once */
  readonly onCommit: (value: number) => void;
};

/** A range input from 0 to `max` whose length maps to its values exactly: the browser's own thumb has
 *  no width, what one sees is drawn beneath it. While it is held the
 *  pointer's value is shown, whatever `value` does. */
export function Slider(props: SliderProps) {
  const { label, max, step, value, textOf, disabled = false } = props;
  const input = useRef<HTMLInputElement>(null);
  // The ref is what counts: events come faster than renders. The state only shows it.
  const held = useRef<number | null>(null);
  const [shownHeld, showHeld] = useState<number | null>(null);
  const shown = Math.min(shownHeld ?? value, max);

  const hold = (next: number | null): void => {
    held.current = next;
    showHeld(next);
  };
  const release = useEffectEvent(() => {
    const target = held.current;
    if (target === null) return;
    hold(null);
    props.onCommit(target);
  });
  // React's onChange is the native `input`; the native `change` tells that it was let go of.
  useEffect(() => {
    const element = input.current!;
    const ends = ["change", "pointerup"];
    for (const end of ends) element.addEventListener(end, release);
    return () => {
      for (const end of ends) element.removeEventListener(end, release);
    };
  }, []);

  const stepByKey = (event: KeyboardEvent): void => {
    const steps = keySteps[event.key];
    if (steps === undefined || disabled) return;
    event.preventDefault();
    const next = Math.min(max, Math.max(0, shown + steps * props.keyStep));
    props.onLive?.(next);
    props.onCommit(next);
  };

  return (
    <div
      className={`slider ${props.className ?? ""}`}
      data-held={shownHeld !== null || undefined}
      style={{ "--fill": max > 0 ? shown / max : 0 } as CSSProperties}
    >
      <div className="slider-rail">
        <div className="slider-fill" />
      </div>
      <div className="slider-knob" />
      <input
        ref={input}
        type="range"
        aria-label={label}
        aria-valuetext={textOf(shown)}
        min={0}
        max={max}
        step={step}
        value={shown}
        disabled={disabled}
        onChange={(event) => {
          const next = Number(event.currentTarget.value);
          hold(next);
          props.onLive?.(next);
        }}
        onPointerCancel={() => hold(null)}
        onKeyDown={stepByKey}
      />
    </div>
  );
}

const keySteps: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
  PageUp: 5,
  PageDown: -5,
};
