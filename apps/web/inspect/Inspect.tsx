import { useEffect, useState } from "react";
import type { ActorLine, Page } from "#engine/actors/pageApi.ts";
import { readHostActors } from "../adapters/readHostActors.ts";
import { Mark } from "../components/Mark.tsx";
import { useReadable } from "../pageContext.ts";
import { ActorTable } from "./ActorTable.tsx";
import { ChartPicture } from "./ChartPicture.tsx";
import { readChart, type DrawnChart } from "./readChart.ts";
import "../page.css";
import "./inspect.css";

/** ms between two looks at the host's actors */
const hostEveryMs = 1000;

const sides: readonly (readonly [ActorLine["side"], string])[] = [
  ["page", "Page"],
  ["worker", "Page worker"],
  ["host", "Host"],
];

/** Every living actor by side, with its machine's name and active state, as text; and the chart of one of them.
 *  Page and worker are this page's own; the host's are those of all its sessions. */
export function Inspect({ page }: { readonly page: Page }) {
  const own = useReadable(page.inspect, (lines) => lines);
  const host = useHostActors();
  const lines = [...own, ...(host ?? [])];
  const [chosen, setChosen] = useState<ActorLine["id"] | null>(null);
  const shown = lines.find(({ id }) => id === chosen) ?? lines[0];
  return (
    <main className="inspect">
      <header>
        <h1 className="wordmark">
          <Mark />
          Segue
        </h1>
        <p>
          {lines.length} living actors · <a href="/">to the player</a>
        </p>
      </header>
      <div className="columns">
        <div>
          {sides.map(([side, title]) => (
            <ActorTable
              key={side}
              title={title}
              lines={lines.filter((line) => line.side === side)}
              silent={side === "host" && host === null}
              chosen={shown?.id ?? null}
              onChoose={({ id }) => setChosen(id)}
            />
          ))}
        </div>
        {shown && <Chart line={shown} />}
      </div>
    </main>
  );
}

/** The chart of one actor's machine, its active states lit. */
function Chart({ line }: { readonly line: ActorLine }) {
  const [drawn, setDrawn] = useState<DrawnChart | null>(null);
  useEffect(() => {
    let isMeant = true;
    void readChart(line.machine).then((chart) => {
      if (isMeant) setDrawn(chart);
    });
    return () => {
      isMeant = false;
    };
  }, [line.machine]);
  return (
    <section className="panel chart-panel" aria-label="Chart">
      <h2>
        {line.machine} <span>{line.id}</span>
      </h2>
      {drawn && <ChartPicture {...drawn} active={new Set(line.state.split(" "))} />}
    </section>
  );
}

/** The host's actors, read anew every second; null while it does not answer. A host that does not
 *  offer them is asked once. */
function useHostActors(): readonly ActorLine[] | null {
  const [lines, setLines] = useState<readonly ActorLine[] | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    let cancel = (): void => undefined;
    const look = (): void => {
      cancel = readHostActors(null, (report) => {
        setLines(report.type === "lines" ? report.lines : null);
        if (report.type !== "refused") timer = setTimeout(look, hostEveryMs);
      });
    };
    look();
    return () => {
      clearTimeout(timer);
      cancel();
    };
  }, []);
  return lines;
}
