import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { protocolSchemaText, schemaPath } from "../../../scripts/protocolSchema.ts";

it("docs/protocol.schema.json says what the code parses (run scripts/protocolSchema.ts to renew it)", () => {
  expect(readFileSync(schemaPath, "utf8")).toBe(protocolSchemaText());
});
