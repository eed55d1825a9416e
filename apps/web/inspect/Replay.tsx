import { useState } from "react";
import { Recording } from "./recording.ts";

/** Opens a recording, and goes to and fro in it. */
export function Replay(props: {
  readonly recording: Recording | null;
  /** ms of the recording */
  readonly at: number;
  readonly onOpen: (recording: Recording | null) => void;
  readonly onGo: (at: number) => void;
}) {
  const { recording, at, onOpen, onGo } = props;
  const [refused, setRefused] = useState<string | null>(null);
  if (!recording)
    return (
      <p className="replay">
        <label>
          Open a recording{" "}
          <input
            type="file"
            accept=".json,.tape"
            onChange={({ target }) => {
              const file = target.files?.[0];
              const take = (read: Recording | null): void => {
                setRefused(read ? null : (file?.name ?? ""));
                onOpen(read);
              };
              file?.text().then(
                (text) => take(Recording.read(file.name, text)),
                () => take(null),
              );
            }}
          />
        </label>
        {refused && (
          <span role="alert">
            {refused.endsWith(".tape") ? (
              <>
                {refused} is a session as a host records it:{" "}
                <code>npm run sim -- --replay {refused} --trace</code> makes of it what can be
                opened here.
              </>
            ) : (
              `${refused} is no recording of a run, or of a session.`
            )}
          </span>
        )}
      </p>
    );
  return (
    <p className="replay">
      <label>
        {recording.name}
        <input
          type="range"
          aria-label="Moment"
          min={recording.from}
          max={recording.until}
          step="any"
          value={at}
          onChange={({ target }) => onGo(Number(target.value))}
        />
      </label>
      <output>{((at - recording.from) / 1000).toFixed(2)} s</output>
      <button type="button" onClick={() => onOpen(null)}>
        Back to what lives
      </button>
    </p>
  );
}
