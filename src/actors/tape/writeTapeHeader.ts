/** The first line of a tape. @param madeAt ms since 1970 @param madeBy what ran the host, as `node v20.20.2` */
import { engineVersion } from "../../audio/engineVersion.ts";
import { protocolVersion } from "../../protocol/limits.ts";
import { tapeVersion, type TapeHeader } from "../../protocol/tape.ts";

export function writeTapeHeader(madeAt: number, madeBy: string): string {
  const header: TapeHeader = {
    segueTape: tapeVersion,
    protocol: protocolVersion,
    engine: engineVersion,
    madeAt,
    madeBy,
  };
  return JSON.stringify(header);
}
