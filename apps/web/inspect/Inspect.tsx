import { useMemo, useState } from "react";
import type { ActorLine, Page } from "#engine/actors/pageApi.ts";
import { tabOfThisPage } from "../adapters/inspectionChannel.ts";
import { Mark } from "../components/Mark.tsx";
import { useReadable } from "../pageContext.ts";
import { ActorTable } from "./ActorTable.tsx";
import { ChartPanel } from "./ChartPanel.tsx";
import type { Actor, Step } from "./inspectionStore.ts";
import { openStately } from "./openStately.ts";
import type { Recording } from "./recording.ts";
import { Replay } from "./Replay.tsx";
import { Messages } from "./Messages.tsx";
import type { Heard } from "./sequenceRows.ts";
import { useInspection } from "./useInspection.ts";
import "../page.css";
import "./inspect.css";

type Table = { readonly side: Actor["side"]; readonly tab: string; readonly title: string };

/** Every living actor by side, with its machine's name and active state, as text; the chart of one of them, its
 *  active states and last transition lit; and what they tell each other. Page and worker are those of every tab that
 *  is inspected, this one among them; the host's are those of all its sessions. */
export function Inspect({ page }: { readonly page: Page }) {
  const own = useReadable(page.inspect, (lines) => lines);
  const [recording, setRecording] = useState<Recording | null>(null);
  const [at, setAt] = useState(0);
  const [noStately, setNoStately] = useState<string | null>(null);
  const live = useInspection();
  const past = useMemo(() => recording?.at(at) ?? null, [recording, at]);
  const { tabs, actors: heard, steps, messages, missed } = past ?? live;
  const heardNow = useMemo(() => ({ steps, messages }), [steps, messages]);
  const [chosen, setChosen] = useState<Pick<Actor, "key" | "machine"> | null>(null);
  const [held, setHeld] = useState<Heard | null>(null);
  const [moment, setMoment] = useState<Step | null>(null);
  // a page that plays through an audio element tells nobody but itself
  const isTold = past !== null || heard.some(({ side }) => side !== "host");
  const actors = isTold ? heard : [...own.map(actorOf), ...heard];
  const current =
    actors.find(({ key }) => key === chosen?.key) ??
    // in a recording there are others of its kind
    actors.find(({ machine }) => machine === chosen?.machine) ??
    actors[0];
  const shown: Actor | undefined = moment ? { ...moment, tab: "", id: moment.actor } : current;
  const tables = tablesOf(actors, tabs);
  return (
    <main className="inspect">
      <header>
        <h1 className="wordmark">
          <Mark />
          Segue
        </h1>
        <p>
          {actors.length} living actors · <a href="/?inspect">a player to watch</a> ·{" "}
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
          setMoment(null);
          setHeld(null);
        }}
        onGo={(moved) => {
          setAt(moved);
          setMoment(null);
          setHeld(null);
        }}
      />
      <div className="columns">
        <div>
          {tables.map(({ side, tab, title }) => (
            <ActorTable
              key={`${side} ${tab}`}
              title={title}
              actors={actors.filter((actor) => actor.side === side && actor.tab === tab)}
              silence={(side === "host" && live.hostSilence) || "None."}
              chosen={shown?.key ?? null}
              onChoose={({ key, machine }) => {
                setChosen({ key, machine });
                setMoment(null);
              }}
            />
          ))}
        </div>
        <div className="aside">
          {shown && (
            <ChartPanel
              actor={shown}
              moment={moment}
              steps={steps}
              silent={
                past || moment
                  ? "This is a moment of the past: only what lives hears anything."
                  : silentHost(shown)
              }
            />
          )}
          <Messages
            heard={heardNow}
            missed={missed}
            tabs={tabs}
            held={held}
            chosen={moment}
            current={shown?.key ?? null}
            onHold={(kept) => {
              setHeld(kept);
              if (!kept) setMoment(null);
            }}
            onChoose={(step) => {
              setMoment(step);
              if (step) setChosen(step);
              setHeld((kept) => kept ?? heardNow);
            }}
          />
        </div>
      </div>
    </main>
  );
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
  const shown = living.length > 0 ? living : tabs.slice(0, 1);
  const pages = (shown.length > 0 ? shown : [""]).flatMap((tab): Table[] => {
    const own = tab === tabOfThisPage() ? " (this one)" : "";
    const which = tabs.length > 1 ? `, tab ${tabs.indexOf(tab) + 1}${own}` : "";
    return [
      { side: "page", tab, title: `Page${which}` },
      { side: "worker", tab, title: `Page worker${which}` },
    ];
  });
  return [...pages, { side: "host", tab: "", title: "Host" }];
}

function actorOf({ side, id, machine, state }: ActorLine): Actor {
  return { key: `${side} ${id}`, side, tab: "", id, machine, state, taken: [] };
}
