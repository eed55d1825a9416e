import type { IncomingHttpHeaders } from "node:http";

/** Whether a request names this host as the origin of the page that makes it. Without an origin it comes
 *  from no page. */
export function ownOrigin({ origin, host }: IncomingHttpHeaders): "own" | "foreign" | "none" {
  if (origin === undefined) return "none";
  // a sandboxed page's origin is `null`, which is no URL
  return URL.canParse(origin) && new URL(origin).host === host ? "own" : "foreign";
}
