import { useView } from "../pageContext.ts";

const lufs = (value: number): string => `${value.toFixed(1).replace("-", "−")} LUFS`;

/** How loud both sides are, as far as it is known. */
export function Loudness() {
  const original = useView((view) => view.loudness.original);
  const enhanced = useView((view) => view.loudness.enhanced);
  if (original === null && enhanced === null)
    return <p className="loudness">Compares original and enhanced at the same loudness.</p>;
  return (
    <dl className="loudness">
      <dt>Original</dt>
      <dd>{original === null ? "measuring" : lufs(original)}</dd>
      <dt>Enhanced</dt>
      <dd>{enhanced === null ? "measuring" : lufs(enhanced)}</dd>
    </dl>
  );
}
