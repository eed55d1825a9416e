import { useState } from "react";
import { mermaidOf, type Step } from "./inspectionStore.ts";

/** rows that are shown */
const rowsMax = 200;

/** What the actors heard, newest first: who told whom what. It can be held, filtered and copied; a click on a row
 *  goes back to that moment. */
export function StepList(props: {
  readonly steps: readonly Step[];
  readonly missed: number;
  readonly held: readonly Step[] | null;
  readonly chosen: Step | null;
  readonly onHold: (steps: readonly Step[] | null) => void;
  readonly onChoose: (step: Step) => void;
}) {
  const { held, missed, chosen, onHold, onChoose } = props;
  const [wanted, setWanted] = useState("");
  const [copied, setCopied] = useState<boolean | null>(null);
  const steps = held ?? props.steps;
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  const fitting = steps.filter((step) => {
    const text = `${step.side} ${step.by ?? ""} ${step.actor} ${step.event}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const shown = fitting.slice(-rowsMax).reverse();
  const newest = steps.at(-1)?.at ?? 0;
  return (
    <section className="panel steps" aria-label="Messages">
      <h2>
        Messages <span>{fitting.length}</span>
      </h2>
      <div className="tools">
        <input
          type="search"
          placeholder="Filter: player seek"
          aria-label="Filter messages"
          value={wanted}
          onChange={({ target }) => setWanted(target.value)}
        />
        <button
          type="button"
          aria-pressed={held !== null}
          onClick={() => onHold(held ? null : steps)}
        >
          {held ? "Go on" : "Hold"}
        </button>
        <button
          type="button"
          onClick={() => void copy(mermaidOf([...shown].reverse())).then(setCopied)}
        >
          Copy as Mermaid
        </button>
        {copied !== null && (
          <span role="status">{copied ? "Copied." : "This browser does not let pages copy."}</span>
        )}
        {missed > 0 && <span>{missed} came too fast to be shown</span>}
      </div>
      <ol>
        {shown.map((step) => (
          <li key={step.number} className={step.number === chosen?.number ? "chosen" : ""}>
            <button type="button" title={step.data} onClick={() => onChoose(step)}>
              <time>{((newest - step.at) / 1000).toFixed(2)} s ago</time>
              <span className="who">
                {step.by && `${step.by} → `}
                {step.actor}
              </span>
              <code className={step.taken.length > 0 ? "" : "unheeded"}>{step.event}</code>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** @returns whether it could be copied: only a page that came over https, or from this machine, may */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // as the page says
  }
}
