import { Fragment, type CSSProperties } from "react";
import { actorTree } from "./actorTree.ts";
import { Breakable } from "./Breakable.tsx";
import type { Actor } from "./inspectionStore.ts";
import { shortIds } from "./shortIds.ts";

/** The living actors of one side as a tree, each with its machine's name and active state; a click draws its chart. */
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
            {actorTree(actors).map(({ actor, depth, name }) => (
              <tr
                key={actor.key}
                className={actor.key === chosen ? "chosen" : ""}
                style={{ "--depth": depth } as CSSProperties}
              >
                <th scope="row">
                  <button
                    type="button"
                    aria-pressed={actor.key === chosen}
                    onClick={() => onChoose(actor)}
                  >
                    {actor.machine}
                  </button>
                </th>
                <td title={actor.id}>
                  <Breakable text={shortIds(name)} behind="/" />
                </td>
                <td>
                  {actor.state.split(" ").map((state) => (
                    <Fragment key={state}>
                      <code>
                        <Breakable text={state} behind="." />
                      </code>{" "}
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
