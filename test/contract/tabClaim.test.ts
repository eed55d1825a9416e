/** What a `TabClaim` owes the tabs of one browser. Web Locks exist in browsers only: `test/browser/tabs.test.ts` tries the
 *  real one with real tabs; this holds the simulated one to the same. */
import { beforeEach, describe, expect, it } from "vitest";
import type { TabClaim } from "#engine/ports/tabClaim.ts";
import { SimulatedTabClaims } from "../simulation/ports/simulatedTabClaims.ts";
import { World } from "../simulation/world/world.ts";

type Tab = TabClaim & { readonly heard: string[] };

let world: World;
let claims: SimulatedTabClaims;

beforeEach(() => {
  world = new World(1);
  claims = new SimulatedTabClaims(world);
});

function open(name: string): Tab {
  const heard: string[] = [];
  return { ...claims.open(world.realm(name))(({ type }) => heard.push(type)), heard };
}
function settle(): void {
  const untilMs = world.now + 100;
  while (world.step(untilMs));
}

describe("the simulated claim to sound", () => {
  it("is granted to who takes it, and not before that returns", () => {
    const one = open("one");
    one.take();
    expect(one.heard).toEqual([]);
    settle();
    expect(one.heard).toEqual(["granted"]);
  });

  it("is lost to who takes it later; a tab that asks for nothing sees it", () => {
    const [one, two, three] = [open("one"), open("two"), open("three")];
    one.take();
    settle();
    two.take();
    settle();
    expect(one.heard).toEqual(["granted", "lost"]);
    expect(two.heard).toEqual(["seen", "granted"]);
    expect(three.heard).toEqual(["seen", "seen"]);
  });

  it("is seen by a tab that is opened while another has it, and freed when that gives it back or is closed", () => {
    const one = open("one");
    one.take();
    settle();
    const two = open("two");
    settle();
    one.giveBack();
    settle();
    expect(two.heard).toEqual(["seen", "freed"]);
    one.take();
    settle();
    one.close();
    settle();
    expect(two.heard).toEqual(["seen", "freed", "seen", "freed"]);
  });

  it("that was given back at once is neither granted nor lost", () => {
    const [one, two] = [open("one"), open("two")];
    one.take();
    one.giveBack();
    two.take();
    settle();
    expect(one.heard).toEqual(["seen"]);
    expect(two.heard).toEqual(["granted"]);
  });

  it("tells a tab that is closed nothing any more", () => {
    const [one, two] = [open("one"), open("two")];
    one.take();
    two.take();
    one.close();
    settle();
    expect(one.heard).toEqual([]);
    expect(two.heard).toEqual(["granted"]);
  });
});
