/** The memory of the machine that the host runs on: how short of it others leave the host, spell by spell. */
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

/** The gauge of one run of the host. */
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
