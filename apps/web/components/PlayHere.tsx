import { usePage, useView } from "../pageContext.ts";

/** Takes the sound over from another tab. */
export function PlayHere() {
  const page = usePage();
  const elsewhere = useView((view) => view.elsewhere);
  if (!elsewhere) return null;
  return (
    <button type="button" className="play-here" onClick={() => page.play()}>
      Play here
    </button>
  );
}
