/** Trace picture: what happened before the failing moment of a traced run, for people: as the text of a
 *  Mermaid diagram and as a page. */
import type { Scenario } from "../scenario.ts";
import type { Outcome } from "../simulation.ts";
import { mermaidText } from "../../../apps/web/sequence/mermaidText.ts";
import { sequencePage } from "./sequencePage.ts";
import { storyboard, type PictureWindow } from "./storyboard.ts";

/** @param outcome of a run with `traced: true`
 *  @param again the command that runs it again
 *  @throws RangeError when it was not traced, or nobody has a name that is asked for */
export function tracePicture(
  scenario: Scenario,
  outcome: Outcome,
  window: PictureWindow = {},
  again = `npm run sim -- --replay ${scenario.seed} --trace`,
): { readonly mermaid: string; readonly html: string } {
  if (outcome.entries === null) throw new RangeError("the run was not traced");
  const board = storyboard(outcome.entries, window);
  return {
    mermaid: mermaidText(board),
    html: sequencePage(board, { ...outcome, scenario, again }),
  };
}
