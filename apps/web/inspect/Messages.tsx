import { useMemo, useState } from "react";
import { mermaidText } from "../sequence/mermaidText.ts";
import { mermaidOf, type Step } from "./inspectionStore.ts";
import { Lifelines } from "./Lifelines.tsx";
import { sequenceRows, type Heard } from "./sequenceRows.ts";
import { StepList } from "./StepList.tsx";

/** rows that are shown */
const rowsMax = 200;
/** where a page may not copy */
const fileName = "segue-messages.mmd";

/** What went from side to side, on lifelines, or what the actors heard, as a list. It can be held, filtered, copied, and
 *  gone back in: a click on a row, or the slider of what is held, goes to that moment. */
export function Messages(props: {
  readonly heard: Heard;
  readonly missed: number;
  /** in the order in which they are numbered */
  readonly tabs: readonly string[];
  /** nothing newer is shown until it goes on */
  readonly isHeld: boolean;
  /** ms since 1970 up to which is shown what is held; null: to its end */
  readonly until: number | null;
  /** the step whose moment is shown */
  readonly chosen: Step | null;
  readonly onHold: (isToBe: boolean) => void;
  /** @param step that was picked; null: a moment was, and nothing particular */
  readonly onGoTo: (until: number | null, step: Step | null) => void;
}) {
  const { heard, missed, tabs, isHeld, until, chosen, onHold, onGoTo } = props;
  const [asList, setAsList] = useState(false);
  const [filter, setFilter] = useState("");
  const [exported, setExported] = useState<"copied" | "saved" | null>(null);
  const { from, last } = spanOf(heard);
  const untilMs = until ?? Number.POSITIVE_INFINITY;
  const words = useMemo(() => filter.toLowerCase().split(/\s+/).filter(Boolean), [filter]);
  const fitting = useMemo(() => {
    const wanted = (text: string): boolean =>
      words.every((word) => text.toLowerCase().includes(word));
    return {
      steps: asList
        ? heard.steps.filter((step) => step.at <= untilMs && wanted(textOf(step)))
        : heard.steps,
      sequence: asList ? null : sequenceRows(heard, { tabs, wanted, rowsMax, untilMs }),
    };
  }, [heard, words, asList, untilMs, tabs]);
  const { steps, sequence } = fitting;
  const shown = steps.slice(-rowsMax);
  const count = sequence?.rows.length ?? shown.length;
  const copying = (): string => (sequence ? mermaidText(sequence.board) : mermaidOf(shown, tabs));
  const chosenRow = sequence?.rows.findIndex(({ last: { number } }) => number === chosen?.number);
  return (
    <section className="panel steps" aria-label="Messages">
      <h2>
        Messages <span>{count === rowsMax ? `the newest ${rowsMax}` : count}</span>
      </h2>
      <div className="tools">
        <input
          type="search"
          placeholder={asList ? "Filter: player seek" : "Filter: host slice"}
          aria-label="Filter messages"
          value={filter}
          onChange={({ target }) => setFilter(target.value)}
        />
        <button type="button" aria-pressed={!asList} onClick={() => setAsList(false)}>
          Lifelines
        </button>
        <button type="button" aria-pressed={asList} onClick={() => setAsList(true)}>
          List
        </button>
        <button type="button" aria-pressed={isHeld} onClick={() => onHold(!isHeld)}>
          {isHeld ? "Go on" : "Hold"}
        </button>
        <button type="button" onClick={() => void exportText(copying()).then(setExported)}>
          Copy as Mermaid
        </button>
        {exported !== null && (
          <span role="status">{exported === "copied" ? "Copied." : `Saved as ${fileName}.`}</span>
        )}
        {missed > 0 && <span>{missed} came too fast to be shown</span>}
      </div>
      {isHeld && last > from && (
        <label className="back">
          Back in time
          <input
            type="range"
            min={from}
            max={last}
            step="any"
            value={Math.min(untilMs, last)}
            onChange={({ target }) => onGoTo(Number(target.value), null)}
          />
          <output>{((Math.min(untilMs, last) - last) / 1000).toFixed(2)} s</output>
        </label>
      )}
      {words.length > 0 && count === 0 && (
        <p role="status">Nothing that was heard has all of these words.</p>
      )}
      {sequence ? (
        <Lifelines
          board={sequence.board}
          follows={!isHeld}
          chosen={chosenRow === undefined || chosenRow < 0 ? null : chosenRow}
          onChoose={(row) => {
            const found = sequence.rows[row]!.last;
            onGoTo(found.at, found.type === "step" ? found : null);
          }}
        />
      ) : (
        <StepList
          steps={shown}
          newest={last}
          tabs={tabs}
          chosen={chosen}
          onChoose={(step) => onGoTo(until, step)}
        />
      )}
    </section>
  );
}

function spanOf({ steps, messages }: Heard): { readonly from: number; readonly last: number } {
  const firsts = [steps[0], messages[0]].flatMap((each) => (each ? [each.at] : []));
  const lasts = [steps.at(-1), messages.at(-1)].flatMap((each) => (each ? [each.at] : []));
  return { from: Math.min(...firsts, Infinity), last: Math.max(...lasts, 0) };
}

function textOf({ side, by, actor, event }: Step): string {
  return `${side} ${by ?? ""} ${actor} ${event}`;
}

/** Copies it, or saves it as a file: only a page that came over https, or from this machine, may copy. */
async function exportText(text: string): Promise<"copied" | "saved"> {
  try {
    await navigator.clipboard.writeText(text);
    return "copied";
  } catch {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    link.download = fileName;
    link.click();
    // the browser reads it behind the click
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    return "saved";
  }
}
