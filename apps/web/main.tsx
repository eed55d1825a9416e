/** Entry of the page: starts the player and shows it, or, at `/inspect`, the living actors of players and host. */
import "./adapters/strictParsing.ts";
import { createRoot } from "react-dom/client";
import { joinMediaSession } from "./adapters/mediaSession.ts";
import { App } from "./App.tsx";
import { startPage } from "./startPage.ts";

const root = createRoot(document.getElementById("root")!);
if (location.pathname.startsWith("/inspect")) {
  const { Inspect } = await import("./inspect/Inspect.tsx");
  root.render(<Inspect />);
} else {
  const page = await startPage();
  joinMediaSession(page);
  root.render(<App page={page} />);
}
