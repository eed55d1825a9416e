import { describe, expect, it } from "vitest";
import { claimTab } from "#engine/actors/page/claimTab.ts";
import { LiveValue } from "#engine/actors/page/liveValue.ts";
import type { ActorLine, Page, PageView } from "#engine/actors/pageApi.ts";
import type { TabClaimReport } from "#engine/ports/tabClaim.ts";
import { fault } from "#engine/protocol/faults.ts";
import { handClock } from "../../fakes/handClock.ts";

function begin() {
  const asked: string[] = [];
  let emit: (report: TabClaimReport) => void = () => undefined;
  let own = { playing: false, status: "Paused.", fault: null, elsewhere: false } as PageView;
  const view = new LiveValue(() => own);
  const show = (part: Partial<PageView>): void => {
    own = { ...own, ...part };
    view.changed();
  };
  const inner = {
    view,
    inspect: new LiveValue((): readonly ActorLine[] => []),
    play: () => show({ playing: true, status: "Playing." }),
    pause: () => {
      asked.push("pause");
      show({ playing: false, status: "Paused." });
    },
    leave: () => asked.push("leave"),
  } as unknown as Page;
  const page = claimTab(inner, {
    clock: handClock(),
    openTabClaim: (hear) => {
      emit = hear;
      return {
        take: () => asked.push("take"),
        giveBack: () => asked.push("giveBack"),
        close: () => asked.push("close"),
      };
    },
  });
  return { page, asked, show, hear: (type: TabClaimReport["type"]) => emit({ type }) };
}

const shown = ({ view }: Page) => {
  const { status, elsewhere, playing } = view.getSnapshot();
  return [status, elsewhere, playing];
};

describe("one tab of several", () => {
  it("sounds at once, asks for the claim meanwhile, and gives it back when it pauses", () => {
    const { page, asked, hear } = begin();
    page.play();
    expect(shown(page)).toEqual(["Playing.", false, true]);
    hear("granted");
    page.pause();
    expect(asked).toEqual(["take", "pause", "giveBack"]);
    expect(shown(page)).toEqual(["Paused.", false, false]);
  });

  it("is paused when another takes over, says so, and takes it back on Play", () => {
    const { page, asked, hear } = begin();
    page.play();
    hear("granted");
    hear("lost");
    expect(asked).toEqual(["take", "pause"]);
    expect(shown(page)).toEqual(["Plays in another tab.", true, false]);
    expect(page.inspect.getSnapshot().at(-1)).toMatchObject({
      machine: "tabClaim",
      state: "silent",
    });
    page.play();
    expect(asked).toEqual(["take", "pause", "take"]);
    expect(shown(page)).toEqual(["Playing.", false, true]);
  });

  it("says so only while another sounds, and what is wrong here goes first", () => {
    const { page, asked, hear, show } = begin();
    hear("seen");
    expect(shown(page)).toEqual(["Plays in another tab.", true, false]);
    show({ fault: fault("file-missing", "It is gone."), status: "It is gone." });
    expect(shown(page)[0]).toBe("It is gone.");
    hear("freed");
    expect(shown(page)).toEqual(["It is gone.", false, false]);
    expect(asked).toEqual([]);
  });

  it("leaves nothing behind", () => {
    const { page, asked } = begin();
    page.play();
    page.leave();
    expect(asked).toEqual(["take", "close", "leave"]);
  });
});
