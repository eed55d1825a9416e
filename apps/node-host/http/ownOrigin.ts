import type { IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";

/** Whether a request came over TLS. */
export function isSecure({ socket }: Pick<IncomingMessage, "socket">): boolean {
  return socket instanceof TLSSocket;
}

/** Whether a request names this host as the origin of the page that makes it: name and port, and where this
 *  host serves TLS itself, https; in front of plain http there may be a proxy that does. Without an origin it
 *  comes from no page. */
export function ownOrigin(
  request: Pick<IncomingMessage, "headers" | "socket">,
): "own" | "foreign" | "none" {
  const { origin, host } = request.headers;
  if (origin === undefined) return "none";
  // a sandboxed page's origin is `null`, which is no URL
  if (!URL.canParse(origin)) return "foreign";
  const url = new URL(origin);
  if (isSecure(request) && url.protocol !== "https:") return "foreign";
  return url.host === host ? "own" : "foreign";
}
