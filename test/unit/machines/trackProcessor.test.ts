/** The track processor: what is ordered when, and what a rendition is meanwhile. */
import { createActor, type SnapshotFrom } from "xstate";
import { describe, expect, it } from "vitest";
import { fault } from "#engine/protocol/faults.ts";
import { frames } from "#engine/protocol/geometry.ts";
import { renditionOf } from "#engine/machines/renditionOf.ts";
import type { TrackEvent } from "#engine/machines/trackEvents.ts";
import { trackProcessorMachine } from "#engine/machines/trackProcessor.machine.ts";
import { VariantBook } from "#engine/machines/variantBook.ts";
import type { SourceInfo } from "#engine/ports/decoder.ts";
import { handClock } from "../fakes/handClock.ts";
import { fingerprintOf } from "../fakes/fingerprintOf.ts";

const source = {
  id: "a",
  path: "/a.wav",
  signature: "1",
  format: "wav",
  framesHint: 2500,
  rateHint: 100,
};
const info: SourceInfo = {
  sourceId: "5".repeat(32),
  pcmPath: "a",
  rate: 100,
  channels: 2,
  format: "s16",
  framesHint: frames(2400),
};
const geometry = { intervalSeconds: 10, overlapSeconds: 5, contextSeconds: 5 };

const followed = `follow ${source.signature}`;

function begin() {
  const clock = handClock();
  const log: string[] = [];
  const book = new VariantBook();
  const machine = trackProcessorMachine(1000, () => ({
    book,
    orders: {
      check: () => void log.push("check"),
      follow: ({ signature }) => void log.push(`follow ${signature}`),
      decode: ({ path }) => void log.push(`decode ${path}`),
      seekFingerprint: () => void log.push("seek fingerprint"),
      analyse: (_info, total) => void log.push(`analyse ${total}`),
      measure: (_info, total, variant) => void log.push(`measure ${variant} of ${total}`),
      cancelMeasure: () => void log.push("cancel measure"),
      cancelAll: () => void log.push("cancel all"),
      close: () => void log.push("close"),
    },
  }));
  const actor = createActor(machine, { clock }).start();
  const send = (event: TrackEvent) => actor.send(event);
  send({ type: "track.open", track: "a", serial: 0 });
  const probed = (decoded: number, exact: boolean) => {
    send({ type: "source.found", source });
    send({ type: "decode.probed", info, decoded: frames(decoded), exact });
  };
  const know = () => {
    book.fingerprint = fingerprintOf(info, 2500);
  };
  const rendition = (variant: string, rate = 100) =>
    renditionOf(actor.getSnapshot().context, book, geometry, variant, rate);
  const life = () => (actor.getSnapshot() as SnapshotFrom<typeof machine>).value.life;
  return { actor, book, clock, log, send, probed, know, rendition, life };
}

describe("the life of an open track", () => {
  it("is probing, opening, decoding, fingerprinting, serving", () => {
    const { send, probed, know, life, log } = begin();
    const states = [life()];
    const note = (event: TrackEvent) => {
      send(event);
      states.push(life());
    };
    note({ type: "source.found", source });
    note({ type: "decode.probed", info, decoded: frames(0), exact: false });
    note({ type: "decode.advanced", decoded: frames(700) });
    note({ type: "fingerprint.sought", isKnown: false });
    note({ type: "decode.finished", total: frames(2500) });
    know();
    note({ type: "fingerprint.made" });
    expect(probed).toBeDefined();
    expect(states).toEqual([
      "probing",
      "opening",
      "decoding",
      "decoding",
      "decoding",
      "fingerprinting",
      "serving",
    ]);
    expect(log).toEqual(["check", followed, "decode /a.wav", "seek fingerprint", "analyse 2500"]);
  });

  it("of a track that was decoded and analysed in a former run does neither again", () => {
    const { send, probed, know, life, log } = begin();
    probed(2500, true);
    know();
    send({ type: "fingerprint.sought", isKnown: true });
    expect(life()).toBe("serving");
    expect(log).toEqual(["check", followed, "decode /a.wav", "seek fingerprint"]);
  });

  it("analyses once, even when the decoder repeats that it is done", () => {
    const { send, probed, log } = begin();
    probed(2500, true);
    send({ type: "fingerprint.sought", isKnown: false });
    send({ type: "decode.finished", total: frames(2500) });
    expect(log.filter((each) => each.startsWith("analyse"))).toHaveLength(1);
  });

  it("ends in failed when the file is missing or does not decode, and nothing goes on", () => {
    for (const at of ["source.missing", "decode.failed"] as const) {
      const { send, rendition, life, log } = begin();
      if (at === "decode.failed") send({ type: "source.found", source });
      send({ type: at, why: fault("file-corrupt", "no") });
      expect(life()).toBe("failed");
      expect(log.at(-1)).toBe("cancel all");
      expect(rendition("original")).toMatchObject({ status: "failed" });
      expect(rendition("warm@80")).toMatchObject({ fault: { code: "file-corrupt" } });
    }
  });

  it("ends in expired when the file is another one, wherever it was", () => {
    const { send, probed, rendition, life, log } = begin();
    probed(0, false);
    send({ type: "source.changed", why: fault("source-changed", "another") });
    expect(life()).toBe("expired");
    expect(log.at(-1)).toBe("cancel all");
    expect(rendition("original")).toMatchObject({ fault: { code: "source-changed" } });
    send({ type: "variant.ask", variant: "warm@80" });
    expect(log.at(-1)).toBe("cancel all");
  });

  it("closes when nobody has used it for a while, and not before", () => {
    const { send, clock, log } = begin();
    send({ type: "track.take" });
    send({ type: "track.take" });
    clock.pass(5000);
    send({ type: "track.release" });
    clock.pass(5000);
    send({ type: "track.release" });
    clock.pass(999);
    send({ type: "track.take" });
    send({ type: "track.release" });
    clock.pass(999);
    expect(log).not.toContain("close");
    clock.pass(1);
    expect(log.at(-1)).toBe("close");
  });
});

describe("measuring variants", () => {
  function serving() {
    const rig = begin();
    rig.probed(2500, true);
    rig.know();
    rig.send({ type: "fingerprint.sought", isKnown: true });
    rig.log.length = 0;
    return rig;
  }

  it("is done one at a time, the newest first", () => {
    const { send, book, log } = serving();
    for (const variant of ["warm@80", "bright@80", "punchy@80"])
      send({ type: "variant.ask", variant });
    expect(log).toEqual(["measure warm@80 of 2500"]);
    book.entry("warm@80")!.loudness = -14;
    send({ type: "loudness.known", variant: "warm@80" });
    expect(log.at(-1)).toBe("measure punchy@80 of 2500");
  });

  it("stops when nobody asks for the variant any more", () => {
    const { send, log } = serving();
    send({ type: "variant.ask", variant: "warm@80" });
    send({ type: "variant.ask", variant: "warm@80" });
    send({ type: "variant.ask", variant: "bright@80" });
    send({ type: "variant.leave", variant: "warm@80" });
    expect(log).toEqual(["measure warm@80 of 2500"]);
    send({ type: "variant.leave", variant: "warm@80" });
    expect(log.slice(1)).toEqual(["cancel measure", "measure bright@80 of 2500"]);
  });

  it("never measures the original, nor what is known", () => {
    const { send, book, log } = serving();
    send({ type: "variant.ask", variant: "original" });
    book.entry("warm@80")!.loudness = null;
    send({ type: "variant.ask", variant: "warm@80" });
    expect(log).toEqual([]);
  });
});

describe("a rendition", () => {
  it("of the original is ready as soon as the file is probed, and exact once it is decoded", () => {
    const { send, probed, rendition } = begin();
    expect(rendition("original")).toMatchObject({ status: "pending", reason: "probing" });
    probed(0, false);
    expect(rendition("original")).toMatchObject({
      status: "ready",
      frames: 2400,
      exact: false,
      decoded: 0,
      loudness: null,
    });
    send({ type: "decode.advanced", decoded: frames(2450) });
    expect(rendition("original")).toMatchObject({ frames: 2450, decoded: 2450, exact: false });
    send({ type: "decode.finished", total: frames(2441) });
    expect(rendition("original")).toMatchObject({ frames: 2441, decoded: 2441, exact: true });
  });

  it("at another rate has another key, its own length, and says that it is resampled", () => {
    const { probed, rendition } = begin();
    probed(1000, true);
    const own = rendition("original");
    const other = rendition("original", 150);
    expect(other).toMatchObject({ frames: 1500, decoded: 1500, fidelity: "resampled" });
    expect(own).toMatchObject({ fidelity: "exact" });
    if (own.status !== "ready" || other.status !== "ready") throw new Error("not ready");
    expect(own.key).not.toBe(other.key);
  });

  it("of an enhanced variant is analysing, with progress, until its loudness is known", () => {
    const { send, probed, know, book, rendition } = begin();
    probed(0, false);
    send({ type: "variant.ask", variant: "warm@80" });
    send({ type: "decode.advanced", decoded: frames(1200) });
    expect(rendition("warm@80")).toMatchObject({ reason: "analysing", progress: 0.4 });
    send({ type: "fingerprint.sought", isKnown: false });
    send({ type: "decode.finished", total: frames(2400) });
    know();
    send({ type: "fingerprint.made" });
    expect(rendition("warm@80")).toMatchObject({ status: "pending", reason: "analysing" });
    book.entry("warm@80")!.loudness = -14.2;
    expect(rendition("warm@80")).toMatchObject({ status: "ready", loudness: -14.2 });
  });

  it("of an enhanced variant with a stored fingerprint does not wait for decoding", () => {
    const { send, probed, know, book, rendition, log } = begin();
    probed(0, false);
    know();
    send({ type: "fingerprint.sought", isKnown: true });
    send({ type: "variant.ask", variant: "warm@80" });
    expect(log.at(-1)).toBe("measure warm@80 of null");
    book.entry("warm@80")!.isSought = true; // looked for on disk, and not found
    send({ type: "loudness.known", variant: "warm@80" });
    expect(rendition("warm@80")).toMatchObject({ status: "ready", exact: false, loudness: null });
    send({ type: "decode.finished", total: frames(2400) });
    expect(log.at(-1)).toBe("measure warm@80 of 2400");
  });

  it("that is ready stays the same object until something of it is other, and its key for longer", () => {
    const { send, probed, rendition } = begin();
    probed(0, false);
    send({ type: "decode.advanced", decoded: frames(1200) });
    const early = rendition("original");
    send({ type: "track.take" });
    expect(rendition("original")).toBe(early);
    send({ type: "decode.advanced", decoded: frames(1300) });
    const later = rendition("original");
    expect(later).toMatchObject({ ...early, decoded: 1300 });
    for (let rate = 200; rate < 300; rate++) rendition("original", rate);
    expect(rendition("original")).toEqual(later);
  });

  it("of an enhanced variant has failed when the analysis has; the original plays on", () => {
    const { send, probed, rendition, life } = begin();
    probed(2400, true);
    send({ type: "fingerprint.sought", isKnown: false });
    send({ type: "fingerprint.failed", why: fault("file-corrupt", "no audio") });
    expect(life()).toBe("serving");
    expect(rendition("warm@80")).toMatchObject({ status: "failed" });
    expect(rendition("original")).toMatchObject({ status: "ready" });
  });

  it("of an enhanced variant is still being analysed when a worker was lost: it is tried again, not for ever", () => {
    const { send, probed, know, rendition, life, log, clock } = begin();
    const lose = () => send({ type: "fingerprint.failed", why: fault("worker-lost", "crashed") });
    probed(2400, true);
    send({ type: "fingerprint.sought", isKnown: false });
    for (const pauseMs of [1000, 2000]) {
      lose();
      expect(life()).toBe("recovering");
      expect(rendition("warm@80")).toMatchObject({ status: "pending", reason: "analysing" });
      clock.pass(pauseMs);
      expect(life()).toBe("fingerprinting");
    }
    lose();
    expect(life()).toBe("serving");
    expect(rendition("warm@80")).toMatchObject({ status: "failed" });
    expect(log.filter((line) => line === "analyse 2400")).toHaveLength(3);
    send({ type: "variant.ask", variant: "original" });
    expect(life()).toBe("serving");
    send({ type: "variant.ask", variant: "warm@80" });
    expect(life()).toBe("fingerprinting");
    know();
    send({ type: "fingerprint.made" });
    expect(life()).toBe("serving");
    expect(log.at(-1)).toBe("measure warm@80 of 2400");
  });

  it("of an enhanced variant stays failed when trying again cannot help, whoever asks", () => {
    const { send, probed, rendition, life } = begin();
    probed(2400, true);
    send({ type: "fingerprint.sought", isKnown: false });
    send({ type: "fingerprint.failed", why: fault("file-corrupt", "no audio") });
    send({ type: "variant.ask", variant: "warm@80" });
    expect(life()).toBe("serving");
    expect(rendition("warm@80")).toMatchObject({ status: "failed" });
  });
});
