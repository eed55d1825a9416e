/** An event as a line of text, for whoever watches: short, without samples and without secrets. */

const textMax = 300;
const stringMax = 60;
const depthMax = 3;
const entriesMax = 12;
const secret = /token|secret|password/i;

/** @returns the event without its type as JSON, shortened to 300 letters; empty when there is nothing else */
export function eventText(event: object): string {
  const { type: _, ...rest } = event as Record<string, unknown>;
  if (Object.keys(rest).length === 0) return "";
  const text = JSON.stringify(shortened(rest, 0)) ?? "";
  return text.length > textMax ? `${text.slice(0, textMax - 1)}…` : text;
}

function shortened(value: unknown, depth: number): unknown {
  if (typeof value === "string")
    return value.length > stringMax ? `${value.slice(0, stringMax)}…` : value;
  if (typeof value === "bigint" || typeof value === "symbol") return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `${value.byteLength} bytes`;
  if (depth === depthMax) return "…";
  if (Array.isArray(value)) {
    if (value.length > entriesMax) return `${value.length} entries`;
    return value.map((each) => shortened(each, depth + 1));
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return "…";
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, entriesMax)
      .map(([key, each]) => [key, secret.test(key) ? "…" : shortened(each, depth + 1)]),
  );
}
