import { useMemo, useRef, useState } from "react";
import { Mark } from "../components/Mark.tsx";
import { ActorTable } from "./ActorTable.tsx";
import { ChartPanel } from "./ChartPanel.tsx";
import type { Actor, Step } from "./inspectionStore.ts";
import { openStately } from "./openStately.ts";
import type { Recording } from "./recording.ts";
import { Replay } from "./Replay.tsx";
import { Messages } from "./Messages.tsx";
import type { Heard } from "./sequenceRows.ts";
import { whereIs } from "./whereIs.ts";
import { useInspection } from "./useInspection.ts";
import "../page.css";
import "./inspect.css";

type Table = { readonly side: Actor["side"]; readonly tab: string; readonly title: string };

/** What was heard until somebody held it, and how far it was gone back in. */
type Held = {
  readonly heard: Heard;
  /** ms since 1970; null: to its end */
  readonly until: number | null;
  /** the step that was picked; null: whatever was the last one of the actor that is looked at */
  readonly step: Step | null;
};

/** Every living actor by side, with its machine's name and active state, as text; the chart of one of them, its
 *  active states and last transition lit; and what they tell each other. Page and worker are those of every tab whose
 *  player is inspected; the host's are those of all its sessions. */
export function Inspect() {
  const [recording, setRecording] = useState<Recording | null>(null);
  const [at, setAt] = useState(0);
  const [noStately, setNoStately] = useState<string | null>(null);
  const live = useInspection();
  const past = useMemo(() => recording?.at(at) ?? null, [recording, at]);
  const { tabs, actors, steps, messages, missed } = past ?? live;
  const heardNow = useMemo(() => ({ steps, messages }), [steps, messages]);
  const [chosen, setChosen] = useState<Pick<Actor, "key" | "machine" | "id" | "tab"> | null>(null);
  const [held, setHeld] = useState<Held | null>(null);
  const aside = useRef<HTMLDivElement>(null);
  const current = currentOf(actors, chosen, past !== null);
  const key = current?.key ?? chosen?.key ?? null;
  const moment = momentOf(held, key);
  const shown: Actor | undefined = moment ? { ...moment, id: moment.actor } : current;
  const isUnheardOf = moment === null && isHeardOfLater(held, key);
  const tables = tablesOf(actors, tabs);
  const restart = (): void => setHeld(null);
  const choose = (actor: Pick<Actor, "key" | "machine" | "id" | "tab">): void => {
    setChosen(actor);
    setHeld((kept) => kept && { ...kept, step: null });
    // on a narrow page the chart stands far from the tables
    requestAnimationFrame(() => {
      const { top = 0 } = aside.current?.getBoundingClientRect() ?? {};
      if (top < 0 || top > innerHeight) aside.current?.scrollIntoView();
    });
  };
  return (
    <main className="inspect">
      <header>
        <h1 className="wordmark">
          <Mark />
          Segue
        </h1>
        <p>
          {actors.length} living actors ·{" "}
          <a href="/?inspect" target="_blank">
            a player to watch
          </a>{" "}
          ·{" "}
          <button
            type="button"
            title="Opens stately.ai, which draws the same"
            onClick={() => void openStately(live.watch).then(setNoStately)}
          >
            Stately inspector
          </button>
          {noStately !== null && <span role="alert"> {noStately}</span>}
        </p>
      </header>
      <Replay
        recording={recording}
        at={at}
        onOpen={(opened) => {
          setRecording(opened);
          setAt(opened?.from ?? 0);
          restart();
        }}
        onGo={(moved) => {
          setAt(moved);
          restart();
        }}
      />
      <div className="columns">
        <div>
          {!past && tables.length === 1 && (
            <section className="panel" aria-label="No player">
              <h2>Page</h2>
              <p>
                No player is watched. One that is opened as{" "}
                <a href="/?inspect" target="_blank">
                  /?inspect
                </a>{" "}
                is, and every one where the host was started with <code>--inspect</code>.
              </p>
            </section>
          )}
          {tables.map(({ side, tab, title }) => (
            <ActorTable
              key={`${side} ${tab}`}
              title={title}
              actors={actors.filter((actor) => actor.side === side && actor.tab === tab)}
              silence={(side === "host" && !past && live.hostSilence) || "None."}
              chosen={shown?.key ?? null}
              onChoose={choose}
            />
          ))}
        </div>
        <div className="aside" ref={aside}>
          {shown ? (
            <ChartPanel
              actor={shown}
              where={whereIs(shown.tab, tabs)}
              moment={moment}
              isUnheardOf={isUnheardOf}
              steps={steps}
              silent={
                past || moment
                  ? "This is a moment of the past: only what lives hears anything."
                  : silentHost(shown)
              }
            />
          ) : (
            chosen && (
              <section className="panel chart-panel" aria-label="Chart">
                <h2>{chosen.machine}</h2>
                <p role="status">
                  {chosen.id}
                  {whereIs(chosen.tab, tabs)} lives no more.
                </p>
              </section>
            )
          )}
          <Messages
            heard={held?.heard ?? heardNow}
            missed={missed}
            tabs={tabs}
            isHeld={held !== null}
            until={held?.until ?? null}
            chosen={moment}
            onHold={(isToBe) =>
              setHeld(isToBe ? { heard: heardNow, until: null, step: null } : null)
            }
            onGoTo={(until, step) => {
              setHeld((kept) => ({ heard: kept?.heard ?? heardNow, until, step }));
              if (step) setChosen({ ...step, id: step.actor });
              else if (!chosen && current) setChosen(current);
            }}
          />
        </div>
      </div>
    </main>
  );
}

/** Whose chart is shown. @param isPast in a recording, where there are others of its kind */
function currentOf(
  actors: readonly Actor[],
  chosen: Pick<Actor, "key" | "machine"> | null,
  isPast: boolean,
): Actor | undefined {
  if (!chosen) return actors[0];
  const found = actors.find(({ key }) => key === chosen.key);
  if (found || !isPast) return found;
  return actors.find(({ machine }) => machine === chosen.machine) ?? actors[0];
}

/** The step behind which an actor is shown; null: as it is now. */
function momentOf(held: Held | null, key: string | null): Step | null {
  if (!held) return null;
  const { heard, until, step } = held;
  if (step || until === null) return step;
  return heard.steps.findLast((each) => each.key === key && each.at <= until) ?? null;
}

/** Whether the first that was heard of an actor is behind the moment that was gone back to. */
function isHeardOfLater(held: Held | null, key: string | null): boolean {
  const until = held?.until ?? null;
  if (!held || until === null) return false;
  const first = held.heard.steps.find((each) => each.key === key);
  return first !== undefined && first.at > until;
}

/** Why the host hears nothing that is sent to it from here; null: it does, or the actor is not the host's. */
function silentHost({ side }: Actor): string | null {
  const listens = document.querySelector("meta[name=segue-inspect]") !== null;
  return side === "host" && !listens
    ? "The host takes events only when it was started with --inspect."
    : null;
}

/** One for each side of each tab in which something lives, and the host's.
 *  @param tabs in the order in which they are numbered */
function tablesOf(actors: readonly Actor[], tabs: readonly string[]): readonly Table[] {
  const living = tabs.filter((tab) => actors.some((actor) => actor.tab === tab));
  const pages = living.flatMap((tab): Table[] => [
    { side: "page", tab, title: `Page${whereIs(tab, tabs)}` },
    { side: "worker", tab, title: `Page worker${whereIs(tab, tabs)}` },
  ]);
  return [...pages, { side: "host", tab: "", title: "Host" }];
}
