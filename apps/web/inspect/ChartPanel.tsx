import { useEffect, useMemo, useState } from "react";
import { ChartPicture } from "./ChartPicture.tsx";
import { eventName, type Actor, type Step } from "./inspectionStore.ts";
import { dataFor, offered, whyNot } from "./offers.ts";
import { readChart, type DrawnChart, type Undrawn } from "./readChart.ts";
import { shortIds } from "./shortIds.ts";
import { SendEvent } from "./SendEvent.tsx";

/** why there is no chart, in a sentence */
const undrawn: Readonly<Record<Undrawn, string>> = {
  unknown: "This page knows no machine of this name, and has no chart of it.",
  unreachable: "Its chart could not be fetched. When the host is there, load this page again.",
};

/** The chart of one actor's machine, its active states and last transition lit. Where the actor lives now, a click on
 *  an edge asks whether to send its event; what can be sent stands below, too. */
export function ChartPanel(props: {
  readonly actor: Actor;
  /** the step behind which it is shown; null: as it is now */
  readonly moment: Step | null;
  /** why nothing can be sent to it, whatever its state; null: it lives */
  readonly silent: string | null;
  readonly steps: readonly Step[];
  /** in which of several tabs it lives: `, tab 2` */
  readonly where: string;
  /** it is gone back to a moment before anything was heard of it */
  readonly isUnheardOf: boolean;
}) {
  const { actor, moment, silent, steps, where, isUnheardOf } = props;
  const [read, setRead] = useState<{ of: string; found: DrawnChart | Undrawn } | null>(null);
  const [isLarge, setIsLarge] = useState(false);
  /** what was clicked last, and in whose chart */
  const [picked, setPicked] = useState<{ event: string; why: string | null; key: string } | null>(
    null,
  );
  useEffect(() => {
    let isMeant = true;
    void readChart(actor.machine).then((found) => {
      if (isMeant) setRead({ of: actor.machine, found });
    });
    return () => {
      isMeant = false;
    };
  }, [actor.machine]);
  const { machine, state } = actor;
  const found = read?.of === machine ? read.found : null;
  const drawn = typeof found === "string" ? null : found;
  const offers = useMemo(
    () => (drawn && silent === null ? offered({ machine, state }, drawn.chart) : []),
    [drawn, silent, machine, state],
  );
  const events = [...new Set(offers.map((at) => drawn!.chart.transitions[at]!.event))];
  useEffect(() => {
    if (!isLarge) return undefined;
    const onKey = ({ key }: KeyboardEvent): void => {
      if (key === "Escape") setIsLarge(false);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [isLarge]);
  const pick = (event: string, why: string | null): void =>
    setPicked({ event, why: silent ?? why, key: actor.key });
  return (
    <section className={`panel chart-panel ${isLarge ? "large" : ""}`} aria-label="Chart">
      <h2>
        {actor.machine}{" "}
        <button type="button" aria-pressed={isLarge} onClick={() => setIsLarge(!isLarge)}>
          {isLarge ? "Small" : "Large"}
        </button>{" "}
        <span title={actor.id}>
          {shortIds(actor.id)}
          {where}
          {moment && `, behind ${eventName(moment)}`}
        </span>
      </h2>
      {isUnheardOf && (
        <p role="status">
          Nothing had been heard of it yet at the moment that is gone back to: this is how it stands
          now.
        </p>
      )}
      {typeof found === "string" && <p role="status">{undrawn[found]}</p>}
      {drawn && (
        <ChartPicture
          key={`${machine} ${isLarge}`}
          {...drawn}
          state={state}
          taken={actor.taken}
          offered={offers}
          onPick={(at) => {
            const transition = drawn.chart.transitions[at]!;
            pick(transition.event, whyNot(actor, transition));
          }}
        />
      )}
      {events.length > 0 && (
        <p className="offers">
          Send it{" "}
          {events.map((event) => (
            <button key={event} type="button" onClick={() => pick(event, null)}>
              {event}
            </button>
          ))}
        </p>
      )}
      {picked?.key === actor.key && (
        <SendEvent
          key={`${picked.event} ${picked.why}`}
          actor={actor}
          where={where}
          event={picked.event}
          refused={picked.why}
          data={dataFor(actor, picked.event, steps)}
          onClose={() => setPicked(null)}
        />
      )}
    </section>
  );
}
