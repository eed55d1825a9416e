import { useEffect } from "react";
import type { Page } from "#engine/actors/pageApi.ts";
import { CacheMap } from "./components/CacheMap.tsx";
import { EnhancePanel } from "./components/EnhancePanel.tsx";
import { Mark } from "./components/Mark.tsx";
import { Notice } from "./components/Notice.tsx";
import { NowPlaying } from "./components/NowPlaying.tsx";
import { PlayerBar } from "./components/PlayerBar.tsx";
import { TrackList } from "./components/TrackList.tsx";
import { PageContext, useView } from "./pageContext.ts";
import { spaceToggles } from "./spaceToggles.ts";
import "./page.css";

/** The whole page over one player. */
export function App({ page }: { readonly page: Page }) {
  useEffect(() => {
    const onKey = spaceToggles(page);
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [page]);
  return (
    <PageContext value={page}>
      <Main />
    </PageContext>
  );
}

function Main() {
  const track = useView((view) => view.track);
  const enhance = useView((view) => view.enhance);
  useEffect(() => {
    document.title = track ? [track.title, track.artist].filter(Boolean).join(" · ") : "Segue";
  }, [track]);
  return (
    <main
      data-transport={useView((view) => view.transport)}
      data-variant={useView((view) => view.variant)}
      data-pending={useView((view) => view.pending)}
      data-output={useView((view) => view.output)}
      data-link={useView((view) => view.link)}
      data-track={track?.id ?? ""}
      data-window-bytes={useView((view) => view.windowBytes)}
      data-enhance={enhance ? "on" : "off"}
      data-elsewhere={useView((view) => view.elsewhere) || undefined}
    >
      <div className="side">
        <h1 className="wordmark">
          <Mark />
          Segue
        </h1>
        <NowPlaying />
        <EnhancePanel />
      </div>
      <div className="content">
        <Notice />
        <CacheMap />
        <TrackList />
      </div>
      <PlayerBar />
    </main>
  );
}
