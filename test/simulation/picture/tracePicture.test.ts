/** A picture of a run shows its failing moment, says nothing that Mermaid cannot read, and needs nobody. */
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { Recording } from "../../../apps/web/inspect/recording.ts";
import { readScenario } from "../hunt/foundScenario.ts";
import { plantings } from "../plants.ts";
import type { Scenario } from "../scenario.ts";
import { runScenario } from "../simulation.ts";
import { traceLine, type TraceEntry } from "../world/trace.ts";
import { mermaidText } from "../../../apps/web/sequence/mermaidText.ts";
import { layOut } from "../../../apps/web/sequence/rowLayout.ts";
import { storyboard } from "./storyboard.ts";
import { tracePicture } from "./tracePicture.ts";

/** Clicks of one player while the other listens, on an engine whose mixer does not hear of a pause. */
const scenario: Scenario = {
  seed: 7,
  commands: [
    { atMs: 200, player: 0, deed: { type: "choose", track: "long" } },
    { atMs: 300, player: 1, deed: { type: "choose", track: "odd" } },
    { atMs: 2000, player: 0, deed: { type: "seek", seconds: 20 } },
    { atMs: 2010, player: 0, deed: { type: "enhance", on: false } },
    { atMs: 4000, player: 1, deed: { type: "seek", seconds: 5 } },
    { atMs: 5000, player: 0, deed: { type: "pause" } },
  ],
  faults: [{ type: "cut", atMs: 2100, player: 0 }],
};
const failed = runScenario(scenario, { plants: plantings["deaf-to-pause"](), traced: true });

describe("a traced run", () => {
  it("takes the very course of one that is not", () => {
    const plain = runScenario(scenario, { plants: plantings["deaf-to-pause"]() });
    expect(plain.hash).toBe(failed.hash);
    expect(plain.entries).toBeNull();
    expect(() => tracePicture(scenario, plain)).toThrow(RangeError);
  });

  it("leaves a recording that /inspect opens, with both players and the host in the states they were in", () => {
    const recording = Recording.read("run", failed.inspected!)!;
    const { actors, steps, messages } = recording.at(4500);
    const statesOf = (machine: string) =>
      actors.filter((actor) => actor.machine === machine).map(({ state }) => state);
    expect(statesOf("player")).toEqual([
      "wish.playing intention.settled supply.ready",
      "wish.playing intention.settled supply.ready",
    ]);
    expect(statesOf("link")).toHaveLength(2);
    expect(statesOf("session").length).toBeGreaterThanOrEqual(2);
    expect(steps.filter(({ event }) => event === "transport.seek")).toHaveLength(2);
    // and what went from side to side, of each player apart
    const said = new Set(messages.map(({ from, to, name, tab }) => `${from} ${to} ${name} ${tab}`));
    for (const each of [
      "page worker page/intend player 0",
      "page worker page/intend player 1",
      "worker host demand player 0",
      "host worker slice player 1",
    ])
      expect(said).toContain(each);
    const workers = messages.filter(({ from, to }) => `${from} ${to}` === "host renderers");
    expect(workers.length).toBeGreaterThan(0);
  });

  it("names sender, receiver and effect of a message as one entry", () => {
    const intended = failed.entries!.find(
      ({ name, event }) => name === "page/intend" && event === "intention.raise",
    )!;
    const [, number] = /^page(\d)\/player$/.exec(intended.from!)!;
    expect(intended.to).toBe(`worker${number}/preloader`);
    expect(intended.change).toContain("intention: ");
    expect(intended.sentMs).toBeLessThan(intended.atMs);
    expect(traceLine(intended)).toContain(
      `→ worker${number}/preloader page/intend (intention.raise)`,
    );
  });

  it("says of what was under way at a cut that it was lost", () => {
    const lost = failed.entries!.filter(({ isLost }) => isLost);
    expect(lost.length).toBeGreaterThan(0);
    for (const { from, to } of lost) expect(`${from} ${to}`).toMatch(/worker0.*host|host.*worker0/);
  });
});

describe("the storyboard", () => {
  it("ends with the failing moment, and is short enough to be read", () => {
    const { rows } = storyboard(failed.entries!, {});
    expect(rows.at(-1)).toMatchObject({ kind: "band", mark: "violation" });
    expect(rows.length).toBeLessThanOrEqual(90);
    expect(rows.filter(({ kind }) => kind === "message").length).toBeGreaterThan(20);
  });

  it("loses no message: what is not drawn is counted", () => {
    const message = (atMs: number, name: string): TraceEntry => {
      return { atMs, label: name, from: "page0/player", to: "mixer0", name, detail: "" };
    };
    const entries = Array.from({ length: 300 }, (_, i) => message(i, `m${i % 7 === 0 ? "x" : i}`));
    const command = { atMs: 150, label: "", mark: "command", name: "seek", to: "page0" } as const;
    entries.splice(151, 0, command);
    const { rows } = storyboard(entries, { rows: 40 });
    let sum = 0;
    for (const row of rows) {
      if (row.kind === "gap") sum += row.leftOut;
      if (row.kind === "message") sum += row.count;
    }
    expect(sum).toBe(300);
  });

  it("shows only the player whom the failing moment concerns, and only the actors that are asked for", () => {
    const number = /player (\d)/.exec(failed.violation!.detail)![1];
    const about = storyboard(failed.entries!, {});
    const foreign = about.lifelines.filter(
      ({ id }) => /^(page|mixer|worker|context)/.test(id) && !id.includes(number!),
    );
    expect(foreign).toEqual([]);
    const asked = storyboard(failed.entries!, { actors: ["player"], untilMs: 1e9 });
    for (const row of asked.rows)
      if (row.kind === "message") expect(`${row.from} ${row.to}`).toContain("/player");
  });

  it("says who there is when nobody has the name that is asked for", () => {
    const asked = (): unknown => storyboard(failed.entries!, { actors: ["playr"] });
    expect(asked).toThrow(/nobody is named playr; there are .*page0\/player/);
  });

  it("shows a stretch of time when one is asked for", () => {
    const untilMs = failed.virtualMs - 10;
    const fromMs = untilMs / 2;
    const { rows } = storyboard(failed.entries!, { fromMs, untilMs });
    const messages = rows.filter((row) => row.kind === "message");
    expect(messages.length).toBeGreaterThan(0);
    for (const { atMs, lastMs } of messages) {
      expect(atMs).toBeGreaterThanOrEqual(fromMs);
      expect(lastMs).toBeLessThanOrEqual(untilMs);
    }
  });

  it("draws what comes by the clock as one row with a count", () => {
    const { rows } = storyboard(failed.entries!, {});
    const states = rows.filter((row) => row.kind === "message" && row.name === "mixer/state");
    expect(states.some((row) => row.kind === "message" && row.count > 10)).toBe(true);
  });
});

describe("the example of the docs", () => {
  it("still tells its story: of two seeks the second is heard, and nothing of the first", () => {
    const file = new URL("../../../docs/two-seeks.json", import.meta.url);
    const { entries } = runScenario(readScenario(fileURLToPath(file)), { traced: true });
    const window = { actors: ["page0/player", "worker0/preloader", "ear0"] };
    const { rows } = storyboard(entries!, { ...window, fromMs: 5999, untilMs: 6110 });
    const messages = rows.filter((row) => row.kind === "message");
    const heard = messages.filter(({ to }) => to === "ear0").map(({ name }) => name);
    expect(heard).toEqual([expect.stringMatching(/^long adaptive@80 frame 120\d$/)]);
    expect(messages.filter(({ name }) => name === "lane/commit")).toHaveLength(2);
  });
});

describe("the Mermaid text", () => {
  it("declares everybody who speaks, and closes what it opens", () => {
    const lines = tracePicture(scenario, failed).mermaid.trimEnd().split("\n");
    expect(lines[0]).toBe("sequenceDiagram");
    const declared = new Set<string>();
    let depth = 0;
    let arrows = 0;
    for (const line of lines.slice(1)) {
      const participant = /^ {4}participant (p\d+) as (?:[^;#<>&%]|#\d+;)+$/.exec(line);
      const arrow = /^ {2}(p\d+)(?:-->>|->>|-x)(p\d+): (?:[^;#<>&%]|#\d+;)+$/.exec(line);
      const note = /^ {2,4}Note over (p\d+)(?:,(p\d+))?: (?:[^;#<>&%]|#\d+;)+$/.exec(line);
      if (/^ {2}(box|rect) /.test(line)) depth++;
      else if (line === "  end") depth--;
      else if (participant) declared.add(participant[1]!);
      else {
        expect(arrow ?? note, line).not.toBeNull();
        for (const name of (arrow ?? note)!.slice(1)) if (name) expect(declared).toContain(name);
        if (arrow) arrows++;
      }
      expect(depth).toBeGreaterThanOrEqual(0);
      expect(depth).toBeLessThanOrEqual(1);
    }
    expect(depth).toBe(0);
    expect(arrows).toBeGreaterThan(20);
    expect(lines.join("\n")).toContain(`VIOLATION ${failed.violation!.invariant}`);
  });

  it("makes entities of what has a meaning in its grammar", () => {
    const entry = { atMs: 1, label: "", from: "page0/player", to: "mixer0" };
    const text = mermaidText(storyboard([{ ...entry, name: "a;b#c<d>" }], {}));
    expect(text).toContain("a#59;b#35;c#60;d#62;");
  });
});

describe("the page", () => {
  it("needs no network and no script, and holds scenario and command to run it again", () => {
    const { html } = tracePicture(scenario, failed);
    expect(html).not.toMatch(/<script|<link|<img|@import|url\((?!#)|(?:src|href)="http/);
    expect(html).toContain(`--replay ${scenario.seed}`);
    expect(html).toContain(`&quot;seed&quot;: ${scenario.seed}`);
    expect(html).toContain(`class="failing"`);
    expect(html).toContain(`${failed.violation!.invariant}  at `);
  });

  it("takes markup in a message for text", () => {
    const hostile = { ...failed.violation!, detail: `</svg><script>alert("x")</script>` };
    const entries = failed.entries!.map((entry) =>
      entry.mark === "violation" ? { ...entry, detail: hostile.detail } : entry,
    );
    const { html } = tracePicture(scenario, { ...failed, violation: hostile, entries });
    expect(html).not.toContain("<script");
    expect(html).toContain("&lt;script&gt;");
  });

  it("gives every row a strip of its own", () => {
    const { rows } = layOut(storyboard(failed.entries!, {}));
    for (const [at, { top, line, height }] of rows.entries()) {
      expect(line).toBeGreaterThan(top);
      expect(line).toBeLessThan(top + height);
      if (at > 0) expect(top).toBeGreaterThanOrEqual(rows[at - 1]!.top + rows[at - 1]!.height);
    }
  });
});
