/** Walks a machine: from its first state, by every event in turn, into every state that can be told
 *  apart, and says which states, transitions and refusals of guards were never seen.
 *
 *      const walked = walkMachine({
 *        machine: queueMachine,
 *        events: ({ snapshot }) => [{ type: "queue.next", place: 0 }, …],
 *        key: ({ snapshot }) => [snapshot.context.place, snapshot.context.unattended],
 *        invariants: ({ before, after, event, actions }) => expect(…),
 *      });
 *      reportCoverage(walked, { "transition standing queue.next[0]": "why this cannot be" });
 *
 *  - `events` are those of the outside, several of a type where guards tell them apart; they may
 *    depend on the place (a generation relative to the newest). Such a function names its result,
 *    `readonly Event[]`, or its literals are widened. Delays that are armed (`after`) elapse
 *    by themselves, in any order; what a child would send has to be listed.
 *  - `key` bounds the walk: two places with the same state value and key are one. It is JSON; leave
 *    out what only counts, keep everything that a guard or an action looks at.
 *  - `watch` folds the steps of a path into something that `key`, `events` and `invariants` may look
 *    at, e.g. the generations that were committed. It has to be in the key as far as it matters.
 *  - Actions are recorded by type and params and not run; those of xstate (raise, sendTo, spawn) are
 *    recorded likewise. Actions that a shell provides need not be provided.
 *  - `walkWithParts` is for machines that work on books beside them: `begin` makes machine and books
 *    anew, every place is reached by replaying its path, and its own actions are run. Books and fakes
 *    are `parts`, which `key` and `invariants` may look at.
 *
 *  A transition is named by state, event and, among several, index. A guard must have been seen to
 *  refuse, too: one that never does is no guard. */
import { createEmptyActor, type ActorLogic, type ActorScope } from "xstate";
import type {
  AnyMachineSnapshot,
  AnyStateMachine,
  EventFromLogic,
  InputFrom,
  SnapshotFrom,
} from "xstate";
import { getAdjacencyMap } from "xstate/graph";
import { Coverage, type AnyTransition } from "./coverage.ts";

export type Recorded = { readonly type: string; readonly params: unknown };

export type Place<M extends AnyStateMachine, Parts, Watched> = {
  readonly snapshot: SnapshotFrom<M>;
  readonly parts: Parts;
  readonly watched: Watched;
};

export type Step<M extends AnyStateMachine, Parts, Watched> = {
  readonly before: Place<M, Parts, Watched>;
  readonly event: EventFromLogic<M>;
  readonly after: Place<M, Parts, Watched>;
  /** what the step caused, in order; params of sends are the event */
  readonly actions: readonly Recorded[];
};

export type WalkOptions<M extends AnyStateMachine, Parts, Watched> = {
  readonly input?: InputFrom<M>;
  readonly events:
    | readonly EventFromLogic<M>[]
    | ((place: Place<M, Parts, Watched>) => readonly EventFromLogic<M>[]);
  readonly key: (place: Place<M, Parts, Watched>) => unknown;
  readonly watch?: {
    readonly initial: Watched;
    /** `after` still has what was watched before */
    readonly next: (step: Step<M, Parts, Watched>) => Watched;
  };
  /** throws when a step, or the place that it leads to, is not as it should be */
  readonly invariants: (step: Step<M, Parts, Watched>) => void;
  /** places and events tried, above which the walk counts as endless */
  readonly stepsMax?: number;
};

type Begun<M extends AnyStateMachine, Parts> = { readonly machine: M; readonly parts: Parts };

/** Walks a machine whose context is all that it knows.
 *  @throws Error that names the path when an invariant does not hold, or when the walk is endless */
export function walkMachine<M extends AnyStateMachine, Watched = undefined>(
  options: WalkOptions<M, undefined, Watched> & { readonly machine: M },
): Coverage {
  const { machine } = options;
  return walk(() => ({ machine, parts: undefined }), false, options);
}

/** Walks a machine that works on books beside it. */
export function walkWithParts<M extends AnyStateMachine, Parts, Watched = undefined>(
  options: WalkOptions<M, Parts, Watched> & { readonly begin: () => Begun<M, Parts> },
): Coverage {
  return walk(options.begin, true, options);
}

/** A place with the way that leads to it. */
type Reached<M extends AnyStateMachine, Parts, Watched> = Place<M, Parts, Watched> & {
  readonly machine: M;
  readonly key: string;
  readonly from: Reached<M, Parts, Watched> | null;
  readonly event: EventFromLogic<M> | null;
  readonly status: "active";
  readonly output: undefined;
  readonly error: undefined;
};

function walk<M extends AnyStateMachine, Parts, Watched>(
  begin: () => Begun<M, Parts>,
  isReplayed: boolean,
  options: WalkOptions<M, Parts, Watched>,
): Coverage {
  type Here = Reached<M, Parts, Watched>;
  type Event = EventFromLogic<M>;
  const known = new Map<string, Here>();
  const first = begin();
  const coverage = new Coverage(first.machine);
  const { stepsMax = 400_000 } = options;

  const place = (
    { machine, parts }: Begun<M, Parts>,
    snapshot: SnapshotFrom<M>,
    watched: Watched,
    from: Here | null,
    event: Event | null,
  ): Here => {
    const bare = { snapshot, parts, watched };
    const key = JSON.stringify([(snapshot as AnyMachineSnapshot).value, options.key(bare)]);
    const reached: Here = {
      ...bare,
      machine,
      key,
      from,
      event,
      status: "active",
      output: undefined,
      error: undefined,
    };
    if (!known.has(key)) known.set(key, reached);
    return known.get(key)!;
  };

  /** a machine in the state that this place has, and the books that belong to it */
  const standAt = (here: Here): Begun<M, Parts> & { readonly snapshot: SnapshotFrom<M> } => {
    if (!isReplayed) return here;
    const begun = begin();
    let { snapshot } = run(begun.machine, options.input, null, null, true);
    for (const event of pathTo(here))
      ({ snapshot } = run(begun.machine, null, snapshot, event, true));
    return { ...begun, snapshot };
  };

  const logic: ActorLogic<Here, Event> = {
    getInitialSnapshot: () => {
      const ran = run(first.machine, options.input, null, null, isReplayed);
      coverage.see(ran.snapshot, null, ran.microsteps);
      return place(first, ran.snapshot, options.watch?.initial as Watched, null, null);
    },
    transition: (here, event) => {
      if (coverage.steps >= stepsMax)
        throw new Error(`${first.machine.id}: more than ${stepsMax} steps; bound the key`);
      const begun = standAt(here);
      const ran = run(begun.machine, null, begun.snapshot, event, isReplayed);
      coverage.see(ran.snapshot, { before: here.snapshot, event }, ran.microsteps);
      const after = { snapshot: ran.snapshot, parts: begun.parts, watched: here.watched };
      const step = { before: here, event, after, actions: ran.actions };
      try {
        if (options.watch) after.watched = options.watch.next(step);
        options.invariants(step);
        return place(begun, after.snapshot, after.watched, here, event);
      } catch (error) {
        const way = [...pathTo(here), event].map((each) => JSON.stringify(each)).join("\n  ");
        throw new Error(`${first.machine.id}, after\n  ${way}\n${String(error)}`, { cause: error });
      }
    },
    getPersistedSnapshot: (here) => here,
  };

  const traversal = {
    events: (here: Here): readonly Event[] => {
      if ((here.snapshot as AnyMachineSnapshot).status !== "active") return [];
      const given = typeof options.events === "function" ? options.events(here) : options.events;
      return [...given, ...(armed(here.snapshot) as Event[])];
    },
    serializeState: (here: Here): string => here.key,
    serializeEvent: (event: Event): string => JSON.stringify(event),
  };
  // place by place, in the order in which they were found: in one go the queue holds every step
  logic.getInitialSnapshot({} as never, undefined);
  for (const here of known.values())
    getAdjacencyMap(logic, {
      ...traversal,
      fromState: here,
      stopWhen: (there) => there !== here,
    });
  coverage.places = known.size;
  return coverage;
}

/** Events of the delays that are running in this state. */
function armed(snapshot: SnapshotFrom<AnyStateMachine>): { readonly type: string }[] {
  const types = snapshot._nodes.flatMap((node) => node.after.map(({ eventType }) => eventType));
  return [...new Set(types)].map((type) => ({ type }));
}

function pathTo<M extends AnyStateMachine, Parts, Watched>(
  end: Reached<M, Parts, Watched>,
): readonly EventFromLogic<M>[] {
  const path: EventFromLogic<M>[] = [];
  for (let at = end; at.from !== null; at = at.from) path.unshift(at.event!);
  return path;
}

type Microsteps = (readonly AnyTransition[])[];
type ExecutedAction = {
  readonly type: string;
  readonly params: unknown;
  readonly info: unknown;
  readonly exec: ((info: unknown, params: unknown) => void) | undefined;
};

/** What a machine in its first or a later step stands on: one for all steps, as making it costs more
 *  than a step. `heard` takes what the step that is being run says. */
const heard = {
  actions: [] as Recorded[],
  microsteps: [] as Microsteps,
  runsActions: false,
};
const scope = makeScope();

function makeScope(): ActorScope<never, never> {
  // `sendParent` looks for it
  const self = Object.assign(createEmptyActor(), { _parent: createEmptyActor() });
  const system = Object.assign(self.system, {
    _sendInspectionEvent: (said: { type: string; _transitions?: readonly AnyTransition[] }) => {
      if (said.type === "@xstate.microstep") heard.microsteps.push(said._transitions ?? []);
    },
  });
  return {
    self,
    system,
    id: "",
    sessionId: "",
    logger: () => {},
    defer: () => {},
    emit: () => {},
    stopChild: () => {},
    actionExecutor: ({ type, params, info, exec }: ExecutedAction) => {
      const isSend = type === "xstate.sendTo" || type === "xstate.raise";
      heard.actions.push({ type, params: isSend ? (params as { event: unknown }).event : params });
      if (heard.runsActions && !type.startsWith("xstate.")) exec?.(info, params);
    },
  } as unknown as ActorScope<never, never>;
}

/** One macrostep, or with neither snapshot nor event the first one.
 *  @param runsActions whether the machine's own actions are run; those of xstate never are */
function run<M extends AnyStateMachine>(
  machine: M,
  input: unknown,
  snapshot: SnapshotFrom<M> | null,
  event: EventFromLogic<M> | null,
  runsActions: boolean,
): {
  readonly snapshot: SnapshotFrom<M>;
  readonly actions: readonly Recorded[];
  readonly microsteps: readonly (readonly AnyTransition[])[];
} {
  const actions: Recorded[] = [];
  const microsteps: Microsteps = [];
  Object.assign(heard, { actions, microsteps, runsActions });
  const next =
    snapshot === null || event === null
      ? machine.getInitialSnapshot(scope as never, input as never)
      : machine.transition(snapshot as never, event as never, scope as never);
  if (next.status === "error") throw next.error;
  return { snapshot: next as SnapshotFrom<M>, actions, microsteps };
}
