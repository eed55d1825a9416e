import { Fragment } from "react";
import type { Actor } from "./inspectionStore.ts";

/** The living actors of one side, each with its machine's name and active state; a click draws its chart. */
export function ActorTable(props: {
  readonly title: string;
  readonly actors: readonly Actor[];
  /** why there is none */
  readonly silence: string;
  readonly chosen: string | null;
  readonly onChoose: (actor: Actor) => void;
}) {
  const { title, actors, silence, chosen, onChoose } = props;
  return (
    <section className="panel" aria-label={title}>
      <h2>
        {title} <span>{actors.length}</span>
      </h2>
      {actors.length === 0 ? (
        <p>{silence}</p>
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
            {actors.map((actor) => (
              <tr key={actor.key} className={actor.key === chosen ? "chosen" : ""}>
                <th scope="row">
                  <button
                    type="button"
                    aria-pressed={actor.key === chosen}
                    onClick={() => onChoose(actor)}
                  >
                    {actor.machine}
                  </button>
                </th>
                <td>
                  {actor.id.split("/").map((part, at) => (
                    <Fragment key={at}>
                      {at > 0 && (
                        <>
                          /<wbr />
                        </>
                      )}
                      {part}
                    </Fragment>
                  ))}
                </td>
                <td>
                  {actor.state.split(" ").map((state) => (
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
