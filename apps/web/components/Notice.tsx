import { useView } from "../pageContext.ts";

/** What this browser lacks for the whole player, and how to get it. */
export function Notice() {
  const notice = useView((view) => view.notice);
  if (notice === "") return null;
  // a flag is not broken at its hyphens
  const parts = notice.split(/(--[a-z-]+)/);
  return (
    <p className="notice" role="note">
      {parts.map((part) => (part.startsWith("--") ? <code key={part}>{part}</code> : part))}
    </p>
  );
}
