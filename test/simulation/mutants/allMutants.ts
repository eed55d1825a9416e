/** All mutants. A new one is an object in a file of this folder; a new file is a line here. */
import { cacheMutants } from "./cacheMutants.ts";
import { diskIndexMutants } from "./diskIndexMutants.ts";
import { hostMutants } from "./hostMutants.ts";
import { lifeMutants } from "./lifeMutants.ts";
import { mixerMutants } from "./mixerMutants.ts";
import type { Mutant } from "./mutant.ts";
import { pageMutants } from "./pageMutants.ts";
import { portMutants } from "./portMutants.ts";
import { standbyMutants } from "./standbyMutants.ts";
import { strangers } from "./strangers.ts";
import { successionMutants } from "./successionMutants.ts";
import { surveyMutants } from "./surveyMutants.ts";
import { warmerMutants } from "./warmerMutants.ts";
import { windowMutants } from "./windowMutants.ts";
import { workerMutants } from "./workerMutants.ts";

export const allMutants: readonly Mutant[] = [
  ...portMutants,
  ...pageMutants,
  ...mixerMutants,
  ...hostMutants,
  ...cacheMutants,
  ...diskIndexMutants,
  ...workerMutants,
  ...warmerMutants,
  ...windowMutants,
  ...standbyMutants,
  ...successionMutants,
  ...lifeMutants,
  ...surveyMutants,
  ...strangers,
];

const names = allMutants.map(({ name }) => name);
if (new Set(names).size < names.length) throw new Error("two mutants have one name");
