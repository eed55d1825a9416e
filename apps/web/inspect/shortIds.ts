/** Ids of tracks and of sources: no name has as many letters, digits, `_` and `-` in a row. */
const ids = /[\w-]{30,}/g;

/** @returns the text with the beginning of every opaque id in it, enough to tell one from the other */
export function shortIds(text: string): string {
  return text.replace(ids, (id) => `${id.slice(0, 8)}…`);
}
