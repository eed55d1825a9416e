import { usePage, useView } from "../pageContext.ts";
import { Icon } from "./Icon.tsx";
import { Slider } from "./Slider.tsx";

const percentOf = (value: number): string => `${Math.round(value)} %`;

/** Linear gain in percent; 100 is exactly unity. */
export function Volume() {
  const page = usePage();
  const gain = useView((view) => view.volume);
  const setPercent = (percent: number): void => page.setVolume(percent / 100);
  return (
    <div className="volume">
      <Icon name={gain > 0 ? "volume" : "muted"} />
      <Slider
        label="Volume"
        max={100}
        step={1}
        value={Math.round(gain * 100)}
        keyStep={5}
        textOf={percentOf}
        onLive={setPercent}
        onCommit={setPercent}
      />
    </div>
  );
}
