import type { Page } from "#engine/actors/pageApi.ts";

export function Inspect({ page }: { readonly page: Page }) {
  return <p>{page.view.getSnapshot().transport}</p>;
}
