/** First code of the page worker's thread: makes TypeScript loadable, then loads the entry beside it.
 *  JavaScript, since `--import tsx` in `execArgv` does not reach a worker's entry file. */
import { register } from "tsx/esm/api";

register();
await import("./pageWorker.worker.ts");
