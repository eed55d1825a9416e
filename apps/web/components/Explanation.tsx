import { useView } from "../pageContext.ts";

/** What *Enhance* does to this track, and why, for whoever wants to know. */
export function Explanation() {
  const explanation = useView((view) => view.explanation);
  if (explanation.length === 0) return null;
  return (
    <details className="explanation">
      <summary>What Enhance does to this track</summary>
      <ul>
        {explanation.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </details>
  );
}
