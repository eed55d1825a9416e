import { expect, it } from "vitest";
import type { EventFromLogic } from "xstate";
import { fault } from "#engine/protocol/faults.ts";
import { elementPlayerMachine } from "../../apps/web/element/elementPlayer.machine.ts";
import { reportCoverage } from "./coverage.ts";
import { walkMachine } from "./walkMachine.ts";

type Event = EventFromLogic<typeof elementPlayerMachine>;
type Watched = {
  /** the host was asked, and has not answered */
  readonly isAsked: boolean;
  /** address that the element holds; null before there is one, once it has failed and after `closeElement` */
  readonly open: string | null;
};

const commands: readonly Event[] = [
  { type: "transport.play" },
  { type: "transport.pause" },
  { type: "transport.seek", seconds: 5 },
  { type: "track.load", target: { track: "a", variant: "original", seconds: 0 } },
  { type: "track.load", target: { track: "b", variant: "original", seconds: 0 } },
  { type: "variant.choose", variant: "original" },
  { type: "variant.choose", variant: "warm@80" },
];
const media: readonly Event[] = [
  { type: "media.ready" },
  { type: "media.starved" },
  { type: "media.ended" },
  { type: "media.failed", seconds: 5 },
  { type: "media.stopped" },
];
const answers: readonly Event[] = [
  { type: "source.available" },
  { type: "source.delayed", afterMs: 1000 },
  { type: "source.refused", fault: fault("file-corrupt", "It is damaged.") },
];

const nameOf = (source: { track: string; variant: string } | null): string | null =>
  source && `${source.track} ${source.variant}`;

it("the element player opens the newest target only, and lets what sounds go on until it can be had", () => {
  const walked = walkMachine({
    machine: elementPlayerMachine,
    events: ({ watched }): readonly Event[] => [
      ...commands,
      ...(watched.open === null ? [] : media),
      ...(watched.isAsked ? answers : []),
    ],
    key: ({ snapshot: { context }, watched }) => {
      const { target, loaded, attempts, fault: reason } = context;
      // delays only count; a place is a place
      return [
        nameOf(target),
        target?.seconds === null,
        nameOf(loaded),
        attempts,
        reason?.code,
        watched,
      ];
    },
    watch: {
      initial: { isAsked: false, open: null } as Watched,
      next: ({ before: { watched }, event, after: { snapshot }, actions }) => {
        let { isAsked, open } = watched;
        if (event.type.startsWith("source.")) isAsked = false;
        if (event.type === "media.failed") open = null;
        for (const { type } of actions) {
          if (type === "cancelAsk") isAsked = false;
          if (type === "ask") isAsked = true;
          if (type === "openElement") open = nameOf(snapshot.context.target);
          if (type === "closeElement") open = null;
        }
        return { isAsked, open };
      },
    },
    invariants: ({ before, event, after: { snapshot, watched }, actions }) => {
      const { context, value } = snapshot;
      const did = (type: string): number => actions.filter((each) => each.type === type).length;
      // asked exactly while it is not known whether the target can be had
      expect(watched.isAsked).toBe(value.source === "preparing");
      expect(did("openElement")).toBeLessThanOrEqual(1);
      if (did("openElement") === 1) {
        expect(value.source).toBe("loading");
        expect(watched.open).toBe(nameOf(context.target));
      }
      // what is held is what the element was given
      if (context.loaded) expect(nameOf(context.loaded)).toBe(watched.open);
      const sounds = ["ready", "starved", "loading"].includes(value.source);
      if (sounds) expect(nameOf(context.loaded)).toBe(nameOf(context.target));
      expect(value.source === "empty").toBe(context.target === null);
      // play and pause wait for nothing
      if (event.type === "transport.play") expect(value.wish).toBe("playing");
      if (event.type === "transport.pause") expect(value.wish).toBe("paused");
      const wished = before.snapshot.value.wish === "paused" && value.wish === "playing";
      expect(did("playElement")).toBe(wished ? 1 : 0);
      // a new command is not told of what became of an older one
      if (event.type === "track.load") expect(context.fault).toBeNull();
      if (value.source === "failed") expect(context.fault).not.toBeNull();
      expect(context.attempts).toBeLessThanOrEqual(3);
      expect(context.afterMs).toBeLessThanOrEqual(16_000);
    },
  });
  reportCoverage(walked);
});
