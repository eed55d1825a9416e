import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { waveformColumns, type Waveform } from "#engine/protocol/library.ts";
import pageConfig from "../../../apps/web/vite.config.ts";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

/** Builds the gallery as the page is built and serves it under a CSP as strict as the host's. */
export async function openGallery(): Promise<{
  readonly url: string;
  readonly close: () => Promise<void>;
}> {
  const folder = await mkdtemp(join(tmpdir(), "segue-gallery-"));
  await build({
    ...pageConfig,
    configFile: false,
    logLevel: "warn",
    root: fileURLToPath(new URL(".", import.meta.url)),
    build: { ...pageConfig.build, outDir: folder },
  });
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, "http://gallery");
    const name = pathname === "/" ? "/index.html" : pathname;
    response.setHeader(
      "content-security-policy",
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'",
    );
    if (pathname.endsWith("/waveform")) {
      response.setHeader("content-type", "application/json");
      return void response.end(JSON.stringify(madeWaveform()));
    }
    readFile(join(folder, name)).then(
      (body) => {
        response.setHeader("content-type", types[extname(name)] ?? "application/octet-stream");
        response.end(body);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Something that swells and falls as music does. */
function madeWaveform(): Waveform {
  const levels = Array.from({ length: waveformColumns }, (_, at) => {
    const swell = 0.55 + 0.35 * Math.sin(at / 70) + 0.1 * Math.sin(at / 9);
    return Math.round(127 * swell * (0.6 + 0.4 * Math.abs(Math.sin(at * 7.3))));
  });
  return { high: levels, low: levels.map((level) => -Math.round(level * 0.9)) };
}
