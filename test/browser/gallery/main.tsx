/** The player's components over a player that only notes what it is asked: `?scene=NAME&tracks=N`. */
import { createRoot } from "react-dom/client";
import { App } from "../../../apps/web/App.tsx";
import { createFakePage, type Scene } from "./fakePage.ts";

const query = new URLSearchParams(location.search);
const page = createFakePage(
  (query.get("scene") ?? "idle") as Scene,
  Number(query.get("tracks") ?? 12),
);
Object.assign(window, { gallery: page });
createRoot(document.getElementById("root")!).render(<App page={page} />);
