/** The first line of a tape. @param madeAt ms since 1970 */
import { engineVersion } from "../../audio/engineVersion.ts";
import { protocolVersion } from "../../protocol/limits.ts";
import { tapeVersion, type TapeHeader } from "../../protocol/tape.ts";

export function writeTapeHeader(madeAt: number): string {
  const header: TapeHeader = {
    segueTape: tapeVersion,
    protocol: protocolVersion,
    engine: engineVersion,
    madeAt,
  };
  return JSON.stringify(header);
}
