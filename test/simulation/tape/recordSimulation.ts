/** Runs a scenario with recorders on every root of it. As in a real session, each has a clock of its own. */
import { recordHost } from "#engine/actors/tape/recordHost.ts";
import { recordPage } from "#engine/actors/tape/recordPage.ts";
import { recordPageWorker } from "#engine/actors/tape/recordPageWorker.ts";
import { RootTape, type TapeClock } from "#engine/actors/tape/rootTape.ts";
import { writeTapeHeader } from "#engine/actors/tape/writeTapeHeader.ts";
import type { Clock } from "#engine/ports/clock.ts";
import { shippedRoots, type Roots } from "../roots.ts";
import type { Scenario } from "../scenario.ts";
import { runScenario, type Outcome } from "../simulation.ts";

export type RecordedSimulation = { readonly outcome: Outcome; readonly tape: string };

/** @param roots what is recorded */
export function recordSimulation(
  scenario: Scenario,
  roots: Roots = shippedRoots,
): RecordedSimulation {
  const lines = [writeTapeHeader(0, `node ${process.version}`)];
  const sink = (line: string): boolean => {
    lines.push(line);
    return true;
  };
  const outcome = runScenario(scenario, {
    rootsOf: (name) => {
      const tape = (clock: Clock): RootTape => new RootTape(name, clockFromNow(clock), sink);
      return {
        createHost: (ports, config) =>
          recordHost(roots.createHost, tape(ports.clock))(ports, config),
        createPage: (ports, config) =>
          recordPage(roots.createPage, tape(ports.clock))(ports, config),
        createPageWorker: (ports, config) =>
          recordPageWorker(roots.createPageWorker, tape(ports.clock))(ports, config),
      };
    },
  });
  return { outcome, tape: `${lines.join("\n")}\n` };
}

/** A clock that begins now. The world began with the year 1970. */
function clockFromNow(clock: Clock): TapeClock {
  const originMs = clock.now();
  return { now: () => clock.now() - originMs, originMs };
}
