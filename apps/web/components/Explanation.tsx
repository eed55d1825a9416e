import { useView } from "../pageContext.ts";

/** What *Enhance* does to this track, and why, for whoever wants to know. It stays open from one preset to the next. */
export function Explanation() {
  const explanation = useView((view) => view.explanation);
  const hasTrack = useView((view) => view.track !== null);
  if (!hasTrack) return null;
  return (
    <details className="explanation">
      <summary>What Enhance does to this track</summary>
      {explanation.length === 0 ? (
        <p>Not known yet.</p>
      ) : (
        <ul>
          {explanation.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      )}
    </details>
  );
}
