/** Entry of the page worker when the host records. A file of its own: an entry that waited for the recorder
 *  to be loaded would miss the page's first messages. */
import "./strictParsing.ts";
import { createPageWorker } from "#engine/actors/pageWorker.ts";
import { recordPageWorker } from "#engine/actors/tape/recordPageWorker.ts";
import { RootTape } from "#engine/actors/tape/rootTape.ts";
import { tellInspection } from "./inspectionChannel.ts";
import { postTape } from "./postTape.ts";
import { startPageWorker } from "./startPageWorker.ts";
import { tapeClock } from "./tapeClock.ts";

const [root, inspectedTab] = self.name.split(" ");
startPageWorker(
  recordPageWorker(createPageWorker, new RootTape(root!, tapeClock, postTape())),
  inspectedTab ? tellInspection("worker", inspectedTab) : undefined,
);
