import type { SnapshotFrom } from "xstate";
import type { playerMachine } from "../../machines/player.machine.ts";
import { isHeld } from "../../machines/playerContext.ts";

/** Tells play and pause, derived from the player's snapshot, whenever they are other than last told. */
export class TransportTeller {
  private told = "";
  private readonly say: (playing: boolean, hold: boolean) => void;

  /** @param say `hold`: silence lasts until the next commit */
  constructor(say: (playing: boolean, hold: boolean) => void) {
    this.say = say;
  }

  /** A new listener: the next word is said, whatever it is. */
  forget(): void {
    this.told = "";
  }

  tell(player: SnapshotFrom<typeof playerMachine>): void {
    const playing = player.value.wish === "playing";
    const hold = isHeld(player.context);
    const text = `${playing} ${hold}`;
    if (text === this.told) return;
    this.told = text;
    this.say(playing, hold);
  }
}
