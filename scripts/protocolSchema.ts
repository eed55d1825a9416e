/** The wire protocol as JSON Schema, generated from the Zod schemas: what docs/protocol.schema.json
 *  holds. `node --import tsx scripts/protocolSchema.ts` writes it anew. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as z from "zod/mini";
import { clientMessageSchema } from "#engine/protocol/clientMessages.ts";
import { faultSchema } from "#engine/protocol/faults.ts";
import { hostMessageSchema } from "#engine/protocol/hostMessages.ts";
import { trackListSchema } from "#engine/protocol/library.ts";

export const schemaPath = fileURLToPath(new URL("../docs/protocol.schema.json", import.meta.url));

/** @returns the document's text, newline at the end */
export function protocolSchemaText(): string {
  const document = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Segue wire protocol, version 1",
    $defs: {
      ClientMessage: schemaOf(clientMessageSchema),
      HostMessage: schemaOf(hostMessageSchema),
      Fault: schemaOf(faultSchema),
      TrackList: schemaOf(trackListSchema),
    },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function schemaOf(schema: z.core.$ZodType): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema) as Record<string, unknown>;
  return rest;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(schemaPath, protocolSchemaText());
