import { readFile } from "node:fs/promises";
import { extname, resolve, sep } from "node:path";
import { refusal } from "./answers.ts";
import { isSecure } from "./ownOrigin.ts";
import type { Exchange } from "./router.ts";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".json": "application/json; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
};
/** addresses that show the page; it looks at the address itself */
const pages = new Set(["/", "/inspect", "/index.html"]);

/** What a page is told to do from its beginning on; see apps/web/startPage.ts. */
export type PageDuty = "record" | "inspect";

/** Serves the built page. Files in `assets/` carry their digest in the name and may be kept for ever.
 *  @param folder absolute @param duties of every page */
export async function servePage(
  folder: string,
  path: string,
  { request, response }: Exchange,
  duties: readonly PageDuty[] = [],
): Promise<void> {
  const file = pages.has(path) ? "index.html" : path.slice(1);
  const target = resolve(folder, file);
  const type = types[extname(target)];
  const nothing = refusal("not-found", "There is nothing at this address.");
  if (!target.startsWith(folder + sep) || !type || path.includes("\0")) throw nothing;
  let bytes: Buffer;
  try {
    bytes = await readFile(target);
  } catch {
    // missing, or a folder: nothing that a browser could be shown
    throw nothing;
  }
  if (duties.length > 0 && file === "index.html") {
    const marks = duties.map((duty) => `<meta name="segue-${duty}">`).join("");
    bytes = Buffer.from(bytes.toString().replace("</head>", `${marks}</head>`));
  }
  response.writeHead(200, {
    "content-type": type,
    "content-length": bytes.byteLength,
    "cache-control": path.startsWith("/assets/")
      ? "public, max-age=31536000, immutable"
      : "no-cache",
    "content-security-policy": policy(request.headers.host, isSecure(request)),
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
  });
  response.end(request.method === "HEAD" ? undefined : bytes);
}

/** Everything from here, nothing evaluated. The socket is named in full for the browsers that do not take
 *  `'self'` for `ws:`; where the host is plain, a proxy in front of it may make it `wss:`. */
function policy(host: string | undefined, secure: boolean): string {
  const isName = host !== undefined && /^[A-Za-z0-9.:[\]-]+$/.test(host);
  const own = isName ? `${secure ? "" : ` ws://${host}`} wss://${host}` : "";
  return [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    `connect-src 'self'${own}`,
    "worker-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
