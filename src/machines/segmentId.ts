/** Name of one segment of one rendering inside the host's books: `<render key>/<index>`. */
import type { RenderKey } from "../protocol/limits.ts";

export type SegmentId = string;

export function segmentId(key: RenderKey, segment: number): SegmentId {
  return `${key}/${segment}`;
}

/** @returns undefined when the text is no segment id (a foreign file in the cache folder). */
export function parseSegmentId(
  id: string,
): { readonly key: RenderKey; readonly segment: number } | undefined {
  const found = /^([0-9a-f]{32})\/(0|[1-9][0-9]{0,8})$/.exec(id);
  return found ? { key: found[1]!, segment: Number(found[2]) } : undefined;
}
