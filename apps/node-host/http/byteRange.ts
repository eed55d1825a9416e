/** Bytes `[from, until)` of a body. */
export type ByteRange = { readonly from: number; readonly until: number };

/** Reads a `Range` header (RFC 9110 §14.2) for a body of `total` bytes.
 *  @returns the range; `whole` where there is none or one to be ignored (another unit, several ranges,
 *    bad syntax); `unsatisfiable` where it lies outside */
export function readByteRange(
  header: string | undefined,
  total: number,
): ByteRange | "whole" | "unsatisfiable" {
  const [, first, last] =
    /^bytes=(\d{0,16})-(\d{0,16})$/.exec(header?.replace(/\s/g, "") ?? "") ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) return "whole";
  if (first === "") {
    const count = Math.min(Number(last), total);
    return count > 0 ? { from: total - count, until: total } : "unsatisfiable";
  }
  const from = Number(first);
  const until = last === "" ? total : Math.min(Number(last) + 1, total);
  if (last !== "" && Number(last) < from) return "whole";
  return from < total ? { from, until } : "unsatisfiable";
}
