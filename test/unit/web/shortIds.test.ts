import { expect, it } from "vitest";
import { shortIds } from "../../../apps/web/inspect/shortIds.ts";

it("shortens opaque ids, and nothing else", () => {
  const id = "aP_Qd7Yi9l-LHsDKK3Wflk4JawEWDaXFCde1xrJwcys";
  expect(shortIds(`host/track.${id}.0`)).toBe("host/track.aP_Qd7Yi….0");
  expect(shortIds("host/renderScheduler session.0.warmer")).toBe(
    "host/renderScheduler session.0.warmer",
  );
});
