import type { Page } from "#engine/actors/pageApi.ts";

/** Elements that need the Space key for themselves; sliders do not. */
const takesSpace =
  "button, [role=switch], [role=radio], [contenteditable], textarea, select, summary, a[href], input:not([type=range])";

/** Space plays and pauses, unless the focus is on something that needs it. */
export function spaceToggles(page: Page): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.key !== " " || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof Element && event.target.closest(takesSpace)) return;
    event.preventDefault();
    if (event.repeat) return;
    if (page.view.getSnapshot().playing) page.pause();
    else page.play();
  };
}
