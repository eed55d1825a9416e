/** What a side tells those who watch its actors: which live, what moves them, and
 *  what goes from side to side. No samples, no tokens. */
import * as z from "zod/mini";

const text = z.string().check(z.maxLength(500));
/** ms since 1970 */
const at = z.number();

const takenSchema = z.strictObject({ from: text, event: text, to: z.array(text) });

/** between whom messages go */
export const inspectionPlaces = ["page", "worker", "host", "renderers", "decoders"] as const;
const placeSchema = z.enum(inspectionPlaces);
export type InspectionPlace = z.infer<typeof placeSchema>;

export const inspectionNoteSchema = z.discriminatedUnion("type", [
  /** it lives; told of all when somebody begins to watch, and of each that begins afterwards */
  z.strictObject({ type: z.literal("alive"), at, actor: text, machine: text, state: text }),
  z.strictObject({ type: z.literal("ended"), at, actor: text }),
  /** it has heard an event */
  z.strictObject({
    type: z.literal("step"),
    at,
    actor: text,
    machine: text,
    event: text,
    /** the actor that sent it; null: something outside the machines */
    by: z.nullable(text),
    /** the rest of the event as JSON, shortened */
    data: text,
    state: text,
    /** the transitions that it took, as in the machine's chart; none: it was not heeded */
    taken: z.array(takenSchema).check(z.maxLength(50)),
  }),
  /** a message has left for another side, or has come from there; each is told by one of the two */
  z.strictObject({
    type: z.literal("message"),
    at,
    from: placeSchema,
    to: placeSchema,
    name: text,
    /** the rest of it as JSON, shortened */
    data: text,
  }),
]);
export type InspectionNote = z.infer<typeof inspectionNoteSchema>;
export type StepNote = Extract<InspectionNote, { type: "step" }>;
export type MessageNote = Extract<InspectionNote, { type: "message" }>;

const inspectionSides = ["page", "worker", "host"] as const;

/** Notes of one side in their order. */
export const inspectionBatchSchema = z.strictObject({
  side: z.enum(inspectionSides),
  /** tells the tabs of a browser apart; empty for the host */
  tab: z.string().check(z.maxLength(64)),
  notes: z.array(inspectionNoteSchema).check(z.maxLength(2000)),
  /** notes that came too fast before these, and were left out */
  missed: z.int().check(z.nonnegative()),
});
export type InspectionBatch = z.infer<typeof inspectionBatchSchema>;

/** What whoever watches asks an actor to hear. */
export const inspectionAskSchema = z.strictObject({
  actor: text,
  event: text,
  /** the rest of the event as JSON; empty: nothing */
  data: text,
});
export type InspectionAsk = z.infer<typeof inspectionAskSchema>;

/** Why it was not sent, in a sentence; null: it was. */
export const inspectionAnswerSchema = z.strictObject({ refused: z.nullable(text) });
