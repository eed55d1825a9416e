import { useView } from "../pageContext.ts";

/** What this browser lacks for the whole player, and how to get it. */
export function Notice() {
  const notice = useView((view) => view.notice);
  if (notice === "") return null;
  return (
    <p className="notice" role="note">
      {notice}
    </p>
  );
}
