/** Entry of the page worker. */
import "./strictParsing.ts";
import { createPageWorker } from "#engine/actors/pageWorker.ts";
import { startPageWorker } from "./startPageWorker.ts";

startPageWorker(createPageWorker);
