import { useView } from "../pageContext.ts";
import { Mark } from "./Mark.tsx";

/** What stands in place of the tracks while there are none, and what to do about it. */
export function EmptyLibrary({ scanning }: { readonly scanning: boolean }) {
  const fault = useView((view) => view.fault);
  if (scanning)
    return (
      <div className="skeleton" aria-hidden="true">
        {[0, 1, 2, 3, 4, 5].map((row) => (
          <div key={row} className="skeleton-row">
            <i />
            <b />
          </div>
        ))}
      </div>
    );
  return (
    <div className="empty">
      <Mark />
      {fault ? (
        <>
          <h3>The library is out of reach</h3>
          <p>{fault.detail}</p>
        </>
      ) : (
        <>
          <h3>No music here yet</h3>
          <p>Start Segue with a folder that holds some:</p>
          <code>npm start -- ~/Music</code>
        </>
      )}
    </div>
  );
}
