import { Fragment, useEffect, useState } from "react";
import type { ActorLine, Page } from "#engine/actors/pageApi.ts";
import { readHostActors } from "./adapters/readHostActors.ts";
import { Mark } from "./components/Mark.tsx";
import { useReadable } from "./pageContext.ts";
import "./page.css";
import "./inspect.css";

/** ms between two looks at the host's actors */
const hostEveryMs = 1000;

const sides: readonly (readonly [ActorLine["side"], string])[] = [
  ["page", "Page"],
  ["worker", "Page worker"],
  ["host", "Host"],
];

/** Every living actor by side, with its machine's name and active state, as text.
 *  Page and worker are this page's own; the host's are those of all its sessions. */
export function Inspect({ page }: { readonly page: Page }) {
  const own = useReadable(page.inspect, (lines) => lines);
  const host = useHostActors();
  const lines = [...own, ...(host ?? [])];
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
      {sides.map(([side, title]) => (
        <ActorTable
          key={side}
          title={title}
          lines={lines.filter((line) => line.side === side)}
          silent={side === "host" && host === null}
        />
      ))}
    </main>
  );
}

function ActorTable(props: {
  readonly title: string;
  readonly lines: readonly ActorLine[];
  readonly silent: boolean;
}) {
  const { title, lines, silent } = props;
  return (
    <section className="panel" aria-label={title}>
      <h2>
        {title} <span>{lines.length}</span>
      </h2>
      {lines.length === 0 ? (
        <p>{silent ? "The host does not tell." : "None."}</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">Machine</th>
              <th scope="col">Actor</th>
              <th scope="col">Active state</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <tr key={line.id}>
                <th scope="row">{line.machine}</th>
                <td>{line.id}</td>
                <td>
                  {line.state.split(" ").map((state) => (
                    <Fragment key={state}>
                      <code>{state}</code>{" "}
                    </Fragment>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
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
