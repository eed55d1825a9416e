/** Which roots are run: the ones that ship, unless a test records them or puts a defective one in. */
import { createHost } from "#engine/actors/host.ts";
import { createPage } from "#engine/actors/page.ts";
import { createPageWorker } from "#engine/actors/pageWorker.ts";
import type { CreateHost } from "#engine/actors/hostApi.ts";

export type Roots = {
  readonly createHost: CreateHost;
  readonly createPage: typeof createPage;
  readonly createPageWorker: typeof createPageWorker;
};
/** @param name of the realm that they live in: `host.1`, `page.0`, `worker.0`, `page.0.1` after a reload */
export type RootsOf = (name: string) => Roots;

export const shippedRoots: Roots = { createHost, createPage, createPageWorker };
