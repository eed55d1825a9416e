/** Inspection batches as text, as they come from a host or a file. */
import * as z from "zod/mini";
import { inspectionBatchSchema, type InspectionBatch } from "../protocol/inspection.ts";

/** @param text JSON of one batch @returns null when it is none */
export function readInspectionBatch(text: string): InspectionBatch | null {
  return read(inspectionBatchSchema, text);
}

/** @param text JSON: an array of batches @returns null when it is none */
export function readInspectionFile(text: string): readonly InspectionBatch[] | null {
  return read(z.array(inspectionBatchSchema), text);
}

function read<Schema extends z.core.$ZodType>(
  schema: Schema,
  text: string,
): z.output<Schema> | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null; // it is not even JSON, which is as little a batch as any other
  }
  const parsed = z.safeParse(schema, json);
  return parsed.success ? parsed.data : null;
}
