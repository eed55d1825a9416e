/** A switch with its name written beside it. */
export function Switch(props: {
  readonly label: string;
  readonly on: boolean;
  readonly large?: boolean;
  readonly onSwitch: (on: boolean) => void;
}) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={props.on}
      className={props.large ? "switch switch-large" : "switch"}
      onClick={() => props.onSwitch(!props.on)}
    >
      <span className="switch-label">{props.label}</span>
      <span className="switch-track" aria-hidden="true">
        <span className="switch-knob" />
      </span>
    </button>
  );
}
