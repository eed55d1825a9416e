import { expect, it } from "vitest";
import { fault } from "#engine/protocol/faults.ts";
import { trackListAnswer } from "#engine/streams/trackListAnswer.ts";

const list = { tracks: [], scanning: false, revision: 3 };

it("a list is a list, and anything else that was to be one breaks the protocol", () => {
  expect(trackListAnswer(true, list)).toEqual({ type: "tracks", list });
  for (const body of [null, [], { ...list, revision: -1 }, { ...list, more: 1 }])
    expect(trackListAnswer(true, body)).toMatchObject({ fault: { code: "protocol-violation" } });
});

it("a refusal says why, as far as the host did", () => {
  const why = fault("busy", "Not now.");
  expect(trackListAnswer(false, why)).toEqual({ type: "failed", fault: why });
  expect(trackListAnswer(false, "<html>")).toMatchObject({ fault: { code: "link-lost" } });
});
