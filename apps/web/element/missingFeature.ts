/** What the whole player needs and some pages are not given. */
export type MissingFeature = "AudioWorklet" | "WebSocket";

/** @returns null where nothing is missing */
export function missingFeature(): MissingFeature | null {
  // the node's constructor is there in any page, what it needs only in those that are secure
  const hasWorklet =
    typeof AudioContext !== "undefined" && "audioWorklet" in AudioContext.prototype;
  if (!hasWorklet) return "AudioWorklet";
  return typeof WebSocket === "undefined" ? "WebSocket" : null;
}

/** What is missing, what that means, and how to get it. */
export function noticeOf(missing: MissingFeature, isSecure: boolean): string {
  const simple = "so every track plays simply: switching takes a moment, and tracks have gaps.";
  if (missing === "WebSocket" || isSecure)
    return `This browser has no ${missing}, ${simple} A newer browser has it.`;
  return (
    `Over plain http from another machine browsers give a page no AudioWorklet, ${simple} ` +
    "For the whole player start Segue with --tls-cert and --tls-key and open it over https, " +
    "or open it as localhost on the machine that it runs on."
  );
}
