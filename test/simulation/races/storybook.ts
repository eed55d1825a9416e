/** Storybook: the `describe` and `it` of the races. In a test run they are those of vitest. In a process that hunts
 *  they write down what is told, so that a planted defect has every race told to it before any seed is drawn. */
import { describe as describeTests, it as test } from "vitest";
import type { Violation } from "../judge/docket.ts";

export { expect } from "vitest";

type Say = (title: string, tell: () => void) => void;
type Story = { readonly title: string; readonly tell: () => void };

const isTest = "__vitest_worker__" in globalThis;

/** every race of the files that were imported so far; empty in a test run */
export const storybook: Story[] = [];

export const describe: Say = isTest ? describeTests : (_, tell) => tell();
export const it: Say = isTest ? test : (title, tell) => void storybook.push({ title, tell });

/** What the runs of the story that is being told came to. */
export const told: { runs: number; violation: Violation | null } = { runs: 0, violation: null };
