/** The mark: one curve fades out while the other fades in. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 24" aria-hidden="true">
      <path className="mark-out" d="M3 4c10 0 14 16 26 16" />
      <path className="mark-in" d="M3 20c12 0 16-16 26-16" />
    </svg>
  );
}
