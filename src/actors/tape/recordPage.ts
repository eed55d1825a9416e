/** A page whose session is recorded: what its ports report, what the listener does, and digests of what
 *  the page did about it. */
import type { OpenOutput } from "../../ports/output.ts";
import type { Page, PageConfig, PagePorts } from "../pageApi.ts";
import type { TapeAsk } from "../../protocol/tape.ts";
import { recordClock, recordPort, recordRandom, recordStart } from "./recordPorts.ts";
import type { RootTape } from "./rootTape.ts";
import { encodeValue } from "./tapeValue.ts";
import { TrackRuns } from "./trackRuns.ts";

type CreatePage = (ports: PagePorts, config: PageConfig) => Page;

/** @param create the root to record @returns a root that is used in its stead */
export function recordPage(create: CreatePage, tape: RootTape): CreatePage {
  return (ports, config) => {
    const runs = new TrackRuns();
    const page = tape.begin(config, () =>
      create(
        {
          ...ports,
          clock: recordClock(tape, ports.clock),
          random: recordRandom(tape, ports.random),
          openOutput: recordOutput(tape, ports.openOutput),
          worker: recordPort(tape, "worker", ports.worker),
          readTracks: recordStart(tape, "tracks", "read", ports.readTracks, (report) =>
            report.type === "tracks"
              ? { type: report.type, list: runs.encode(report.list, tape.handles) }
              : encodeValue(report, tape.handles),
          ),
        },
        config,
      ),
    );
    return recordListener(tape, page);
  };
}

function recordOutput(tape: RootTape, openOutput: OpenOutput): OpenOutput {
  return (request, emit) => {
    const call = tape.number();
    tape.did("output", call, "open", request);
    const device = openOutput(request, (report) =>
      tape.hear({ port: "output", call, report: encodeValue(report, tape.handles) }, () =>
        emit(report),
      ),
    );
    return {
      resume: () => {
        tape.did("output", call, "resume");
        device.resume();
      },
      suspend: () => {
        tape.did("output", call, "suspend");
        device.suspend();
      },
      post: (message) => {
        tape.did("output", call, "post", message);
        device.post(message);
      },
      close: () => {
        tape.did("output", call, "close");
        device.close();
      },
    };
  };
}

function recordListener(tape: RootTape, page: Page): Page {
  const told =
    <Words extends unknown[]>(ask: TapeAsk, run: (...words: Words) => void) =>
    (...words: Words) => {
      const report = encodeValue(words, tape.handles);
      tape.hear({ port: "listener", ask, report }, () => run.call(page, ...words));
    };
  return {
    view: page.view,
    inspect: page.inspect,
    play: told("play", page.play),
    pause: told("pause", page.pause),
    choose: told("choose", page.choose),
    next: told("next", page.next),
    previous: told("previous", page.previous),
    seek: told("seek", page.seek),
    setEnhance: told("setEnhance", page.setEnhance),
    setPreset: told("setPreset", page.setPreset),
    setIntensity: told("setIntensity", page.setIntensity),
    setVolume: told("setVolume", page.setVolume),
    setMatchLoudness: told("setMatchLoudness", page.setMatchLoudness),
    setCrossfade: told("setCrossfade", page.setCrossfade),
    leave: told("leave", page.leave),
  };
}
