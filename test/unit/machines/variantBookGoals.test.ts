import { expect, it } from "vitest";
import { defaultGoals } from "#engine/audio/plan.ts";
import { VariantBook } from "#engine/machines/variantBook.ts";
import { ordinaryFingerprint } from "../audio/madeFingerprint.ts";

it("every plan in a book has the goals of its host, and with them keys of its own", () => {
  const texts = [undefined, defaultGoals, { targetLoudness: -23, ceilingDb: -3 }].map((goals) => {
    const book = new VariantBook(goals);
    book.fingerprint = ordinaryFingerprint;
    return book.entry("warm@80")!.planText;
  });
  expect(texts[0]).toBe(texts[1]);
  expect(texts[2]).not.toBe(texts[0]);
  expect(JSON.parse(texts[2]!)).toMatchObject({ ceilingDb: -3 });
});
