import { Fragment } from "react";
import type { ActorLine } from "#engine/actors/pageApi.ts";

/** The living actors of one side, each with its machine's name and active state; a click draws its chart. */
export function ActorTable(props: {
  readonly title: string;
  readonly lines: readonly ActorLine[];
  readonly silent: boolean;
  readonly chosen: string | null;
  readonly onChoose: (line: ActorLine) => void;
}) {
  const { title, lines, silent, chosen, onChoose } = props;
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
              <tr key={line.id} className={line.id === chosen ? "chosen" : ""}>
                <th scope="row">
                  <button
                    type="button"
                    aria-pressed={line.id === chosen}
                    onClick={() => onChoose(line)}
                  >
                    {line.machine}
                  </button>
                </th>
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
