/** A storyboard as a page of its own: no script, no network; light and dark; printable. */
import type { Outcome } from "../simulation.ts";
import type { Scenario } from "../scenario.ts";
import { timeText } from "../../../apps/web/sequence/mermaidText.ts";
import { layOut } from "../../../apps/web/sequence/rowLayout.ts";
import {
  axisSvg,
  axisWidth,
  bandWords,
  headHeight,
  headSvg,
  markup,
  rowsSvg,
} from "../../../apps/web/sequence/sequenceSvg.ts";
import { rowText } from "./rowText.ts";
import type { Storyboard } from "../../../apps/web/sequence/row.ts";

export type PageSubject = Pick<Outcome, "seed" | "violation" | "events" | "virtualMs"> & {
  readonly scenario: Scenario;
  /** the command that runs it again */
  readonly again: string;
};

const style = `
:root{color-scheme:light dark;--bg:#fff;--ink:#1b2430;--soft:#5c6b7c;--faint:#dde3ea;--hover:#f1f5fa;
--page:#1f6feb;--audio:#11845b;--worker:#8250df;--host:#b35900;--device:#6b7684;
--command:#e3eefe;--fault:#ffedd8;--fail:#c9182b;--failbg:#ffe6e8;--faultink:#9a4b00}
@media (prefers-color-scheme:dark){:root{--bg:#11161d;--ink:#e3e9f0;--soft:#97a4b3;--faint:#2c3541;--hover:#1a222c;
--page:#6cb0ff;--audio:#4cc38a;--worker:#b99bff;--host:#f0a35e;--device:#9aa7b5;
--command:#16283f;--fault:#38270f;--fail:#ff6b78;--failbg:#3a171c;--faultink:#f0a35e}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:14px/1.5 system-ui,sans-serif;width:max-content;min-width:100%}
.words{position:sticky;left:0;max-width:min(100vw,76rem);padding:1.4rem 1.6rem .6rem}
h1{font-size:1.35rem;margin:0 0 .2rem}
h1 b{color:var(--fail)}
p{margin:.25rem 0;color:var(--soft)}
code,pre,text{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
pre{background:var(--hover);padding:.8rem 1rem;border-radius:8px;overflow:auto;font-size:12px;max-height:32rem}
summary{margin:1.2rem 0 .3rem;font-weight:600;cursor:pointer}
h2{font-size:1rem;margin:1.2rem 0 .3rem}
.legend{display:flex;flex-wrap:wrap;gap:.3rem 1.4rem;margin:.7rem 0 0;padding:0;list-style:none;color:var(--soft);font-size:13px}
.legend svg{vertical-align:-5px;margin-right:.4rem}
.top{position:sticky;top:0;z-index:3;display:flex;background:var(--bg);border-bottom:1px solid var(--faint);width:max-content}
.corner{position:sticky;left:0;z-index:4;width:${axisWidth}px;height:${headHeight}px;background:var(--bg);color:var(--soft);
font-size:11px;display:flex;align-items:flex-end;justify-content:flex-end;padding:0 10px 12px 0}
.chart{display:flex;width:max-content}
.stage{position:relative}
.times{position:sticky;left:0;z-index:2;background:var(--bg)}
svg{display:block}
.legend svg{display:inline-block}
text{font-size:11px;fill:var(--ink)}
.middle{text-anchor:middle}.end{text-anchor:end}
.caption{font-size:10.5px;fill:var(--soft);letter-spacing:.04em}
.title{font-size:11.5px;font-weight:600}
.page{--c:var(--page)}.audio{--c:var(--audio)}.worker{--c:var(--worker)}.host{--c:var(--host)}.device{--c:var(--device)}
.group{fill:var(--c);fill-opacity:.07}
.head{fill:var(--bg);stroke:var(--c);stroke-width:1.4}
.lifeline{stroke:var(--c);stroke-opacity:.38;stroke-width:1.2}
.arrow{stroke:var(--c);stroke-width:1.6;fill:none}
.arrow.inside{stroke-dasharray:5 3;stroke-width:1.3}
.arrow.many{stroke-width:2.6;stroke-opacity:.55}
.tip path{fill:var(--c)}
.flight{stroke:var(--c);stroke-width:1;stroke-opacity:.6;fill:none;stroke-dasharray:1.5 2.5}
.left{fill:var(--c)}
.lost{stroke:var(--fail);stroke-width:2;fill:none}
.label,.state{paint-order:stroke;stroke:var(--bg);stroke-width:4px;stroke-linejoin:round}
.row:hover .label{stroke:var(--hover)}
.chip{fill:var(--bg);stroke:var(--c);stroke-width:1}
.state{font-size:10.2px;stroke:none;fill:var(--c);fill:var(--ink)}
.fold{fill:var(--hover);stroke:var(--faint)}
.folded{font-size:10.2px;fill:var(--soft)}
.gap{fill:var(--hover)}
.pause{fill:var(--soft);font-size:10.5px;font-style:italic}
.time{fill:var(--soft)}
.axis{stroke:var(--faint)}
.tick{stroke:var(--faint)}
.strong{fill:var(--ink);font-weight:600}
.time.violation{fill:var(--fail)}
.tick.violation{stroke:var(--fail);stroke-width:3}
.band.command{fill:var(--command)}
.band.fault,.band.start{fill:var(--fault)}
.band.violation{fill:var(--failbg)}
.words-of{position:absolute;left:0;right:0;pointer-events:none;font:12px/16px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre}
.words-of span{position:sticky;left:${axisWidth + 14}px;display:inline-block;padding:10px 14px}
.words-of i{font-style:normal;color:var(--soft);margin-left:1.2em}
.words-of.fault b,.words-of.start b{color:var(--faultink)}
.words-of.violation b{display:block;font-size:15px;line-height:26px;color:var(--fail)}
.deed.fault{fill:var(--faultink)}
.failing{stroke:var(--fail);stroke-width:3}
.hover{fill:transparent}
.row:hover .hover{fill:var(--hover)}
@page{size:A3 landscape;margin:10mm}
@media print{:root{color-scheme:light}body{width:auto}.words,.top,.corner,.times,.words-of span{position:static}
.chart,.top{zoom:var(--print)}pre{max-height:none;white-space:pre-wrap}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
`;

/** px of a landscape A3 page between its margins */
const printedWidth = 1510;

export function sequencePage(board: Storyboard, subject: PageSubject): string {
  const layout = layOut(board);
  const { seed, violation, events, virtualMs, scenario, again } = subject;
  const verdict = violation
    ? `<b>${markup(violation.invariant)}</b> at ${timeText(violation.atMs)} ms`
    : "no violation";
  const zoom = Math.min(1, printedWidth / (layout.width + axisWidth)).toFixed(3);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Seed ${seed}: ${markup(violation?.invariant ?? "no violation")}</title>
<style>${style}</style>
<body style="--print:${zoom}">
<div class="words">
<h1>Seed ${seed}: ${verdict}</h1>
<p>${scenario.commands.length} commands, ${scenario.faults.length} faults, ${events} events in ${(virtualMs / 1000).toFixed(1)} s of virtual time. Rest the pointer on a row to read the whole message.</p>
${legend}
</div>
<div class="top"><div class="corner">virtual ms</div>${headSvg(board.lifelines, layout)}</div>
<div class="chart">${axisSvg(layout)}<div class="stage">${rowsSvg(board.lifelines, layout)}${bandWords(layout)}</div></div>
<div class="words">
<h2>Again</h2>
<pre>${markup(again)}</pre>
<h2>Scenario</h2>
<pre>${markup(scenarioText(scenario))}</pre>
<details>
<summary>The picture in words, with what the messages hold</summary>
<pre>${markup(board.rows.map(rowText).join("\n"))}</pre>
</details>
</div>
</body>
</html>
`;
}

const sample = (inner: string): string =>
  `<svg width="44" height="18" viewBox="0 0 44 18">${inner}</svg>`;

const legend = `<ul class="legend">
<li>${sample('<line class="arrow page" x1="2" y1="9" x2="36" y2="9"/><path class="page" style="fill:var(--c)" d="M34 5l9 4l-9 4z"/>')}crosses a boundary</li>
<li>${sample('<line class="arrow page inside" x1="2" y1="9" x2="36" y2="9"/><path class="page" style="fill:var(--c)" d="M34 5l9 4l-9 4z"/>')}within one root</li>
<li>${sample('<line class="arrow page many" x1="2" y1="9" x2="36" y2="9"/><path class="page" style="fill:var(--c)" d="M34 5l9 4l-9 4z"/>')}several, drawn together</li>
<li>${sample('<circle class="left worker" cx="8" cy="3" r="2.2"/><path class="flight worker" d="M8 3V14"/><line class="arrow worker" x1="6" y1="14" x2="34" y2="14"/><path class="worker" style="fill:var(--c)" d="M34 10l9 4l-9 4z"/>')}the dot: when it left</li>
<li>${sample('<line class="arrow worker" x1="2" y1="9" x2="28" y2="9"/><path class="lost" d="M24 4l10 10m0 -10l-10 10"/>')}lost on its way</li>
<li>${sample('<rect class="chip host" x="2" y="2" width="40" height="14" rx="4"/><text class="state middle" x="22" y="12">a → b</text>')}changed its state</li>
<li>${sample('<rect class="band command" x="0" y="2" width="44" height="14"/><text class="deed" x="16" y="13">▶</text>')}command</li>
<li>${sample('<rect class="band fault" x="0" y="2" width="44" height="14"/><text class="deed fault" x="16" y="13">⚡</text>')}fault</li>
<li>${sample('<line class="failing" x1="0" y1="9" x2="44" y2="9"/>')}the failing moment</li>
</ul>`;

/** One command or fault a line. */
function scenarioText({ seed, commands, faults }: Scenario): string {
  const list = (items: readonly unknown[]): string =>
    items.length === 0
      ? "[]"
      : `[\n${items.map((item) => `  ${JSON.stringify(item)}`).join(",\n")}\n]`;
  return `{ "seed": ${seed},\n"commands": ${list(commands)},\n"faults": ${list(faults)} }`;
}
