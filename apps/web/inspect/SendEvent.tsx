import { useEffect, useRef, useState } from "react";
import { eventFrom } from "#engine/actors/sendableEvents.ts";
import { askHost } from "../adapters/askHost.ts";
import { askTab } from "../adapters/inspectionChannel.ts";
import type { Actor } from "./inspectionStore.ts";
import { isBare } from "./offers.ts";

/** Asks whether an event is to be sent, and what it carries; sends it, and says what became of that. Why it cannot be
 *  sent, it says instead. */
export function SendEvent(props: {
  readonly actor: Actor;
  /** in which of several tabs it lives: `, tab 2` */
  readonly where: string;
  readonly event: string;
  /** null: it can be sent */
  readonly refused: string | null;
  /** what it carries, to begin with; JSON */
  readonly data: string;
  readonly onClose: () => void;
}) {
  const { actor, where, event, refused, onClose } = props;
  const [data, setData] = useState(props.data);
  const [said, setSaid] = useState<string | null>(null);
  const cancel = useRef<() => void>(undefined);
  useEffect(() => () => cancel.current?.(), []);
  if (refused !== null)
    return (
      <p className="send" role="status">
        <code>{event}</code> cannot be sent. {refused}{" "}
        <button type="button" onClick={onClose}>
          Close
        </button>
      </p>
    );
  const made = eventFrom(actor.machine, event, data);
  const send = (): void => {
    const { side, tab, id } = actor;
    const what = { actor: id, event, data };
    const hear = (why: string | null): void => setSaid(why === null ? "Sent." : `Not sent. ${why}`);
    setSaid("…");
    cancel.current = side === "host" ? askHost(what, hear) : askTab({ side, tab, what }, hear);
  };
  return (
    <form
      className="send"
      aria-label="Send an event"
      onSubmit={(submitted) => {
        submitted.preventDefault();
        send();
      }}
    >
      <p>
        Send <code>{event}</code> to {actor.id}
        {where}? It will take it as if it came from where it usually comes from, whether or not what
        it says has happened.
      </p>
      {!isBare(actor.machine, event) && (
        <label>
          It carries{" "}
          <input
            value={data}
            spellCheck={false}
            aria-invalid={typeof made === "string"}
            onChange={({ target }) => {
              setData(target.value);
              setSaid(null);
            }}
          />
        </label>
      )}
      <button type="submit" disabled={typeof made === "string"}>
        Send it
      </button>
      <button type="button" onClick={onClose}>
        {said === null ? "Leave it" : "Close"}
      </button>
      <span role="status">{said ?? (typeof made === "string" ? made : "")}</span>
    </form>
  );
}
