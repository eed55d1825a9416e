import { describe, expect, it } from "vitest";
import { readByteRange } from "../../../apps/node-host/http/byteRange.ts";

describe("a Range header", () => {
  it.each([
    [undefined, "whole"],
    ["bytes=0-9", { from: 0, until: 10 }],
    ["bytes=10-", { from: 10, until: 100 }],
    ["bytes=-30", { from: 70, until: 100 }],
    ["bytes=-300", { from: 0, until: 100 }],
    ["bytes=90-1000", { from: 90, until: 100 }],
    ["bytes=99-99", { from: 99, until: 100 }],
    ["bytes=100-", "unsatisfiable"],
    ["bytes=-0", "unsatisfiable"],
    ["bytes=9-3", "whole"],
    ["bytes=-", "whole"],
    ["bytes=a-b", "whole"],
    ["bytes=0-1,4-5", "whole"],
    ["frames=0-1", "whole"],
    ["bytes=99999999999999999999-", "whole"],
  ])("%s of 100 bytes is %j", (header, range) => {
    expect(readByteRange(header, 100)).toEqual(range);
  });

  it("finds nothing in an empty body", () => {
    expect(readByteRange("bytes=0-", 0)).toBe("unsatisfiable");
  });
});
