/** Plants: deliberate defects, put in at the ports, that prove the judge can fail. None of them is in a
 *  code path that ships. */
import type { Clock, WallClock } from "#engine/ports/clock.ts";
import { crc32 } from "#crc32";
import { sliceHeaderBytes } from "#engine/protocol/slice.ts";
import type { Port } from "#engine/ports/messagePort.ts";
import type { RenderParts } from "./ports/simulatedRenders.ts";
import { buildLaneMixer, type BuildMixer } from "./ports/simulatedOutput.ts";
import { variantOfPlan } from "./ports/simulatedFingerprints.ts";
import type { Tamper } from "./ports/network.ts";

export type Plants = {
  readonly buildMixer: BuildMixer;
  readonly tamper: Tamper;
  readonly misplace?: RenderParts["misplace"];
  readonly variantOf?: RenderParts["variantOf"];
  readonly clock: <Given extends Clock & WallClock>(clock: Given) => Given;
  /** wraps the mixer's feed, as the page worker receives it */
  readonly feed: (port: Port) => Port;
};

export const noPlants: Plants = {
  buildMixer: buildLaneMixer,
  tamper: (bytes) => bytes,
  clock: (clock) => clock,
  feed: (port) => port,
};

export const plantNames = [
  "wrong-frame",
  "wrong-variant",
  "deaf-to-pause",
  "checksum-ignored",
  "seek-off-by-one",
  "stale-commit",
  "lopsided-fade",
  "lost-feed",
  "leaky-clock",
] as const;
export type PlantName = (typeof plantNames)[number];

/** Every defect by name, with what it does; a function, because some of them keep count. */
export const plantings: Readonly<Record<PlantName, () => Plants>> = {
  /** a segment begins one frame late */
  "wrong-frame": () => ({
    ...noPlants,
    misplace: (frame, { range }) => (range.from > 0 ? frame + 1 : frame),
  }),
  /** enhanced segments hold the original */
  "wrong-variant": () => ({
    ...noPlants,
    variantOf: (track, plan) => (plan ? 0 : variantOfPlan(track, plan)),
  }),
  /** the mixer goes on when it hears of a pause */
  "deaf-to-pause": () => ({
    ...noPlants,
    buildMixer: (rate, report) => {
      const mixer = buildLaneMixer(rate, report);
      return {
        control: (message) => {
          if (message.type !== "mixer/transport" || message.playing) mixer.control(message);
        },
        feed: (message) => mixer.feed(message),
        process: (output, count) => mixer.process(output, count),
      };
    },
  }),
  /** slices are damaged, and their checksum is made to fit: as if nobody looked at it */
  "checksum-ignored": () => {
    let slices = 0;
    return {
      ...noPlants,
      tamper: (data) => {
        if (++slices % 20 !== 0) return data;
        data.fill(0x55, sliceHeaderBytes + 8, Math.min(data.byteLength, sliceHeaderBytes + 200));
        const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
        view.setUint32(44, 0, true);
        view.setUint32(44, crc32(data), true);
        return data;
      },
    };
  },
  /** a seek begins one frame late */
  "seek-off-by-one": () => ({
    ...noPlants,
    feed: (port) => ({
      ...port,
      post: (message, transfer) => {
        const lane = message as { type: string; start: number; alignTo: number | null };
        const late = lane.type === "lane/open" && lane.alignTo === null && lane.start > 0;
        port.post(late ? { ...lane, start: lane.start + 1 } : message, transfer);
      },
    }),
  }),
  /** an intention that was superseded takes over all the same */
  "stale-commit": () => ({
    ...noPlants,
    buildMixer: (rate, report) => {
      const mixer = buildLaneMixer(rate, report);
      return {
        control: (message) => {
          if (message.type !== "mixer/intend") mixer.control(message);
        },
        feed: (message) => mixer.feed(message),
        process: (output, count) => mixer.process(output, count),
      };
    },
  }),
  /** fades take one side down faster than the other */
  "lopsided-fade": () => ({
    ...noPlants,
    buildMixer: (rate, report) => {
      const mixer = buildLaneMixer(rate, report);
      return {
        control: (message) => mixer.control(message),
        feed: (message) => mixer.feed(message),
        process: (output, count) => {
          mixer.process(output, count);
          for (let i = 0; i < count; i++)
            if (!Number.isInteger(output[0]![i]! * 32768)) output[0]![i]! *= 0.5;
        },
      };
    },
  }),
  /** the mixer's port loses everything after a while */
  "lost-feed": () => {
    let posted = 0;
    return {
      ...noPlants,
      feed: (port) => ({
        ...port,
        post: (message, transfer) => {
          if (++posted < 60) port.post(message, transfer);
        },
      }),
    };
  },
  /** what is cleared goes on ticking */
  "leaky-clock": () => ({
    ...noPlants,
    clock: (clock) => ({ ...clock, clearTimeout: () => undefined }),
  }),
};
