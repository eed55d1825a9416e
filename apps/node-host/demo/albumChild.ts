/** Entry of the child process that makes the demo album. Its argument is the folder. */
import { constants, setPriority } from "node:os";
import { fault } from "#engine/protocol/faults.ts";
import { fileOf, missingPieces, prepareFolder, storePiece } from "./albumManifest.ts";
import type { DemoAlbumMessage } from "./ensureDemoAlbum.ts";
import { renderPiece } from "./renderPiece.ts";

const folder = process.argv[3]!;

// Nobody is left to listen when the host has gone.
process.on("disconnect", () => process.exit(1));
// What plays comes first; the album can wait.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

try {
  await prepareFolder(folder);
  const missing = await missingPieces(folder);
  for (const [i, piece] of missing.entries()) {
    const bytes = await renderPiece(piece, {
      onStep: (share) =>
        say({ type: "progress", share: (i + share) / missing.length, title: piece.title }),
    });
    await storePiece(folder, piece, bytes);
    await say({ type: "progress", share: (i + 1) / missing.length, title: piece.title });
    await say({ type: "made", file: fileOf(piece) });
  }
  await say({ type: "done" });
} catch (cause) {
  const { code, message } = cause as NodeJS.ErrnoException;
  const kind = code === "ENOSPC" || code === "EDQUOT" ? "disk-full" : "disk-failed";
  const failed = code === undefined ? "render-failed" : kind;
  await say({ type: "failed", fault: fault(failed, message) });
}
process.disconnect();

/** Resolves when the message has been written: leaving earlier would lose it. */
function say(message: DemoAlbumMessage): Promise<void> {
  return new Promise((resolve) => process.send!(message, () => resolve()));
}
