import { eventName, type Step } from "./inspectionStore.ts";
import { shortIds } from "./shortIds.ts";
import { whereIs } from "./whereIs.ts";

/** What the actors heard, newest first: who told whom what. */
export function StepList(props: {
  /** oldest first */
  readonly steps: readonly Step[];
  /** ms, of the newest of all */
  readonly newest: number;
  /** in the order in which they are numbered */
  readonly tabs: readonly string[];
  readonly chosen: Step | null;
  readonly onChoose: (step: Step) => void;
}) {
  const { steps, newest, tabs, chosen, onChoose } = props;
  return (
    <ol>
      {steps.toReversed().map((step) => (
        <li key={step.number} className={step.number === chosen?.number ? "chosen" : ""}>
          <button type="button" title={step.data} onClick={() => onChoose(step)}>
            <time>{((newest - step.at) / 1000).toFixed(2)} s ago</time>
            <span className="who" title={step.actor}>
              {step.by && `${shortIds(step.by)} → `}
              {shortIds(step.actor)}
              {whereIs(step.tab, tabs)}
            </span>
            <code className={step.taken.length > 0 ? "" : "unheeded"}>{eventName(step)}</code>
          </button>
        </li>
      ))}
    </ol>
  );
}
