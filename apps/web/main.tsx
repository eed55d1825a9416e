/** Entry of the page: starts the player and shows it, or, at `/inspect`, its living actors. */
import "./adapters/strictParsing.ts";
import { createRoot } from "react-dom/client";
import { joinMediaSession } from "./adapters/mediaSession.ts";
import { App } from "./App.tsx";
import { startPage } from "./startPage.ts";

const page = await startPage();
const root = createRoot(document.getElementById("root")!);
if (location.pathname.startsWith("/inspect")) {
  const { Inspect } = await import("./inspect/Inspect.tsx");
  root.render(<Inspect page={page} />);
} else {
  joinMediaSession(page);
  root.render(<App page={page} />);
}
