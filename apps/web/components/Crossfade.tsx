import { usePage, useView } from "../pageContext.ts";
import { Slider } from "./Slider.tsx";

const textOf = (seconds: number): string => (seconds === 0 ? "off" : `${seconds} s`);

/** How long one track fades into the next; never between tracks of one album. */
export function Crossfade() {
  const page = usePage();
  const seconds = useView((view) => view.crossfadeSeconds);
  return (
    <div className="intensity crossfade">
      <span className="label" aria-hidden="true">
        Crossfade
      </span>
      <span className="amount" aria-hidden="true">
        {textOf(seconds)}
      </span>
      <Slider
        label="Crossfade"
        max={10}
        step={1}
        value={seconds}
        keyStep={1}
        textOf={textOf}
        onLive={(value) => page.setCrossfade(value)}
        onCommit={(value) => page.setCrossfade(value)}
      />
      {seconds > 0 && <p className="loudness">Tracks of one album follow each other without it.</p>}
    </div>
  );
}
