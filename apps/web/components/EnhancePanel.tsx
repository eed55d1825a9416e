import { useEffect, useRef, useState } from "react";
import { usePage, useView } from "../pageContext.ts";
import { Crossfade } from "./Crossfade.tsx";
import { Explanation } from "./Explanation.tsx";
import { Loudness } from "./Loudness.tsx";
import { Presets } from "./Presets.tsx";
import { Slider } from "./Slider.tsx";
import { Switch } from "./Switch.tsx";

/** ms that a held slider has to rest before what it shows is prepared */
const restMs = 150;
const percentOf = (value: number): string => `${Math.round(value)} %`;

/** What is done to the sound: on or off, how, how much. */
export function EnhancePanel() {
  const page = usePage();
  const enhance = useView((view) => view.enhance);
  const intensity = useView((view) => view.intensity);
  const matchLoudness = useView((view) => view.matchLoudness);
  const preparing = useView((view) => view.pending.includes("@") || view.pending === "original");
  const [held, hold] = useState<number | null>(null);
  const rest = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(rest.current), []);
  // Letting go of a slider that had rested there is no new intention.
  const settle = (value: number): void => {
    clearTimeout(rest.current);
    if (value !== page.view.getSnapshot().intensity) page.setIntensity(value);
  };

  return (
    <section
      className="panel enhance"
      aria-label="Sound"
      data-on={enhance || undefined}
      data-preparing={preparing || undefined}
    >
      <Switch large label="Enhance" on={enhance} onSwitch={(on) => page.setEnhance(on)} />
      <Presets />
      <div className="intensity">
        <span className="label" aria-hidden="true">
          Intensity
        </span>
        <span className="amount" aria-hidden="true">
          {percentOf(held ?? intensity)}
        </span>
        <Slider
          label="Intensity"
          max={100}
          step={5}
          value={intensity}
          keyStep={5}
          textOf={percentOf}
          onLive={(value) => {
            hold(value);
            clearTimeout(rest.current);
            rest.current = setTimeout(() => settle(value), restMs);
          }}
          onCommit={(value) => {
            hold(null);
            settle(value);
          }}
        />
      </div>
      <div className="match">
        <Switch
          label="Match loudness"
          on={matchLoudness}
          onSwitch={(on) => page.setMatchLoudness(on)}
        />
        <Loudness />
        <Crossfade />
      </div>
      <Explanation />
    </section>
  );
}
