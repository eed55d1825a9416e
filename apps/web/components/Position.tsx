import { useState } from "react";
import { formatTime } from "../formatTime.ts";
import { usePage, useView } from "../pageContext.ts";
import { Slider } from "./Slider.tsx";

/** Where the listener is in the track. While the slider is held nothing moves but the slider. */
export function Position() {
  const page = usePage();
  const seconds = useView((view) => view.positionSeconds);
  const duration = useView((view) => view.durationSeconds);
  const [held, hold] = useState<number | null>(null);
  return (
    <div className="position">
      <span className="time">{formatTime(held ?? seconds)}</span>
      <Slider
        label="Position"
        className="position-slider"
        max={duration}
        step={0.01}
        value={seconds}
        keyStep={5}
        textOf={formatTime}
        disabled={duration <= 0}
        onLive={hold}
        onCommit={(target) => {
          hold(null);
          page.seek(target);
        }}
      />
      <span className="time time-total">{duration > 0 && formatTime(duration)}</span>
    </div>
  );
}
