import type { Page } from "#engine/actors/pageApi.ts";

export function App({ page }: { readonly page: Page }) {
  return <button onClick={page.play}>Play</button>;
}
