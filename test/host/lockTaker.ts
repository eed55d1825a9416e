/** A process that takes the lock of a data folder whenever its parent says so, as hosts that start in the
 *  same instant do. Run by lockFolder.test.ts. */
import { lockFolder } from "../../apps/node-host/lockFolder.ts";

export type TakerOrder =
  | { readonly type: "take"; readonly folder: string }
  | { readonly type: "give" };
export type TakerNews = { readonly type: "ready" | "taken" | "refused" | "given" };

let give: (() => Promise<void>) | undefined;
const tell = (type: TakerNews["type"]): void => void process.send!({ type } satisfies TakerNews);

process.on("message", (order: TakerOrder) => {
  if (order.type === "take")
    void lockFolder(order.folder).then((unlock) => {
      give = unlock;
      tell(unlock ? "taken" : "refused");
    });
  else
    void give?.().then(() => {
      give = undefined;
      tell("given");
    });
});
tell("ready");
