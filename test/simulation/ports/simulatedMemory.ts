/** The memory of a machine, the host's or a player's: how short of it others leave who runs there, spell by spell. */
import { memoryLevels, type MemoryGauge, type MemoryLevel } from "#engine/ports/memoryGauge.ts";
import type { Realm } from "../world/realm.ts";
import type { World } from "../world/world.ts";

/** ms between a change and the word of it at most */
const tellingMs = 1000;

export class SimulatedMemory {
  /** hears that the level may be another */
  changed: () => void = () => undefined;
  /** ms of the last change */
  sinceMs = 0;
  private readonly spells: MemoryLevel[] = [];
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  /** The worst of what goes on. */
  get level(): MemoryLevel {
    const worst = Math.max(0, ...this.spells.map((level) => memoryLevels.indexOf(level)));
    return memoryLevels[worst]!;
  }

  /** Whether it changed so lately that not all may have heard of it and done what is to be done. */
  get isUnsettled(): boolean {
    return this.sinceMs > 0 && this.world.now - this.sinceMs < 2 * tellingMs;
  }

  press(level: MemoryLevel, forMs: number): void {
    this.spells.push(level);
    this.note();
    this.world.schedule(forMs, "memory.freed", () => {
      this.spells.splice(this.spells.indexOf(level), 1);
      this.note();
    });
  }

  private note(): void {
    this.sinceMs = this.world.now;
    this.changed();
  }
}

/** The gauge of one run of the host, or of one page worker. */
export function simulatedMemoryGauge(
  world: World,
  realm: Realm,
  memory: SimulatedMemory,
): MemoryGauge {
  const random = realm.random.fork("memory");
  return (_request, emit) => {
    let told: MemoryLevel = "roomy";
    let isOver = false;
    const look = (): void => {
      const { level } = memory;
      if (isOver || level === told) return;
      told = level;
      emit(level);
    };
    memory.changed = () =>
      void world.schedule(random.between(0, tellingMs), `${realm.name}.memory`, look, realm);
    if (memory.level !== told) memory.changed();
    return () => {
      isOver = true;
    };
  };
}
