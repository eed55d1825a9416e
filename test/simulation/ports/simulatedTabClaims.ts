/** The claim to sound, as the tabs of one browser have it: a lock that whoever takes it steals from its holder. Word of it
 *  takes its time, and says nothing that is not true any more when it comes. */
import type { OpenTabClaim, TabClaimReport } from "#engine/ports/tabClaim.ts";
import type { Realm } from "../world/realm.ts";
import type { World } from "../world/world.ts";

/** ms until a tab hears of it */
const wordMs = { least: 0.2, most: 6 };
/** ms between two words to one tab, so that no tie can change their order */
const shortestMs = 1e-6;

type Tab = {
  /** number of its claim; null while it asks for none */
  claim: number | null;
  readonly tell: (type: TabClaimReport["type"], isTrue: () => boolean) => void;
};

export class SimulatedTabClaims {
  private readonly world: World;
  private readonly tabs = new Set<Tab>();
  private holder: Tab | null = null;
  private issued = 0;

  constructor(world: World) {
    this.world = world;
  }

  /** @param realm of the tab's page: it hears in its turn, and as long as it lives */
  open(realm: Realm): OpenTabClaim {
    return (emit) => {
      let lastMs = 0;
      const tab: Tab = {
        claim: null,
        tell: (type, isTrue) => {
          const { now } = this.world;
          lastMs = Math.max(
            lastMs + shortestMs,
            now + realm.random.between(wordMs.least, wordMs.most),
          );
          const hear = (): void => {
            if (this.tabs.has(tab) && isTrue()) emit({ type });
          };
          this.world.schedule(lastMs - now, `${realm.name}.claim.${type}`, hear, realm);
        },
      };
      this.tabs.add(tab);
      if (this.holder) this.see(tab);
      return {
        take: () => this.take(tab),
        giveBack: () => this.giveBack(tab),
        close: () => {
          this.giveBack(tab);
          this.tabs.delete(tab);
        },
      };
    };
  }

  private take(tab: Tab): void {
    const robbed = this.holder;
    const claim = ++this.issued;
    this.holder = tab;
    tab.claim = claim;
    tab.tell("granted", () => this.holder === tab && tab.claim === claim);
    for (const other of this.tabs) {
      if (other === tab) continue;
      if (other === robbed) this.lose(other);
      else this.see(other);
    }
  }

  private lose(tab: Tab): void {
    const { claim } = tab;
    tab.tell("lost", () => {
      if (tab.claim !== claim) return false;
      tab.claim = null;
      return true;
    });
  }

  private see(tab: Tab): void {
    tab.tell("seen", () => this.holder !== null && this.holder !== tab && tab.claim === null);
  }

  private giveBack(tab: Tab): void {
    tab.claim = null;
    if (this.holder !== tab) return;
    this.holder = null;
    for (const other of this.tabs)
      if (other !== tab) other.tell("freed", () => this.holder === null && other.claim === null);
  }
}
