/** Entry of the page worker. */
import "./strictParsing.ts";
import { createPageWorker } from "#engine/actors/pageWorker.ts";
import { tellInspection } from "./inspectionChannel.ts";
import { startPageWorker } from "./startPageWorker.ts";

const [, inspectedTab] = self.name.split(" ");
// not imported when it is needed: what the page says meanwhile would be lost
startPageWorker(
  createPageWorker,
  inspectedTab ? tellInspection("worker", inspectedTab) : undefined,
);
