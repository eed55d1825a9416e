/** What the mixer's reports mean to the player. */
import type { MixerReport } from "../../protocol/mixerMessages.ts";
import type { PlayerEvent } from "../../machines/playerContext.ts";

export class MixerEvents {
  private starved = false;
  /** whether something else than silence goes to the speakers */
  sounding = false;

  /** A new mixer, with nothing in it. */
  reset(): void {
    this.starved = false;
    this.sounding = false;
  }

  /** @returns events for the player, in order */
  of(report: MixerReport): PlayerEvent[] {
    switch (report.type) {
      case "lane/committed":
        return [{ type: "lane.committed", generation: report.generation, frame: report.frame }];
      case "lane/ended":
        return [{ type: "lane.ended", generation: report.generation }];
      case "mixer/state": {
        this.sounding = report.sounding;
        if (report.generation === null) return [];
        const events: PlayerEvent[] = [
          { type: "lane.moved", generation: report.generation, frame: report.frame },
        ];
        if (report.starved !== this.starved)
          events.push({ type: report.starved ? "lane.starved" : "lane.refilled" });
        this.starved = report.starved;
        return events;
      }
    }
  }
}
