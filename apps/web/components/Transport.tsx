import { usePage, useView } from "../pageContext.ts";
import { Icon } from "./Icon.tsx";

const busy: readonly string[] = ["loading", "buffering", "seeking"];

/** Previous, Play or Pause, Next. */
export function Transport() {
  const page = usePage();
  const playing = useView((view) => view.playing);
  const waiting = useView((view) => view.playing && busy.includes(view.transport));
  return (
    <div className="transport">
      <button type="button" className="step" aria-label="Previous" onClick={() => page.previous()}>
        <Icon name="previous" />
      </button>
      <button
        type="button"
        className="play"
        aria-label={playing ? "Pause" : "Play"}
        data-waiting={waiting || undefined}
        onClick={() => (playing ? page.pause() : page.play())}
      >
        <Icon name={playing ? "pause" : "play"} />
      </button>
      <button type="button" className="step" aria-label="Next" onClick={() => page.next()}>
        <Icon name="next" />
      </button>
    </div>
  );
}
