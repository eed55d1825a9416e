/** First code of every worker: makes TypeScript loadable, then loads the entry that it was given.
 *  JavaScript, since `--import tsx` in `execArgv` does not reach a worker's entry file. */
import { register } from "tsx/esm/api";
import { workerData } from "node:worker_threads";

register();
await import(workerData?.entry ?? process.argv[2]);
