import type { Random } from "#engine/ports/random.ts";

export const random: Random = { uniform: () => Math.random() };
