/** What the mixer's reports mean to the player. */
import type { MixerReport } from "../../protocol/mixerMessages.ts";
import type { PlayerEvent } from "../../machines/playerContext.ts";

export class MixerEvents {
  private starved = false;
  /** what the player was told of the lane's position last */
  private moved = { generation: -1, frame: -1 };
  /** whether something else than silence goes to the speakers */
  sounding = false;

  /** A new mixer, with nothing in it. */
  reset(): void {
    this.starved = false;
    this.sounding = false;
    this.moved = { generation: -1, frame: -1 };
  }

  /** @returns events for the player, in order */
  of(report: MixerReport): PlayerEvent[] {
    switch (report.type) {
      case "lane/committed":
        this.moved = { generation: -1, frame: -1 };
        return [{ type: "lane.committed", generation: report.generation, frame: report.frame }];
      case "lane/ended":
        return [{ type: "lane.ended", generation: report.generation }];
      case "mixer/state": {
        const { generation, frame } = report;
        this.sounding = report.sounding;
        if (generation === null) return [];
        const events: PlayerEvent[] = [];
        if (generation !== this.moved.generation || frame !== this.moved.frame) {
          this.moved = { generation, frame };
          events.push({ type: "lane.moved", generation, frame });
        }
        if (report.starved !== this.starved)
          events.push({ type: report.starved ? "lane.starved" : "lane.refilled" });
        this.starved = report.starved;
        return events;
      }
    }
  }
}
