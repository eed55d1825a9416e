import { useView } from "../pageContext.ts";

/** What happens, in plain words; read out when it changes. */
export function Status() {
  const status = useView((view) => view.status);
  const tone = useView((view) =>
    view.transport === "error" || view.fault
      ? "fault"
      : view.transport === "playing"
        ? "sounding"
        : "quiet",
  );
  return (
    <p className="status" role="status" data-tone={tone}>
      {status}
    </p>
  );
}
