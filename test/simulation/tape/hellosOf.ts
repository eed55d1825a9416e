/** What takes one way from one root to another in every session: whether their clocks agree shows in it. */
import type { Recording } from "../../../apps/web/inspect/recording.ts";

/** @returns of every player when it said hello, and when the host heard that: ms of the recording */
export function hellosOf(
  recording: Recording,
): readonly { readonly tab: string; readonly said: number; readonly heard: number | undefined }[] {
  const { messages, steps } = recording.at(recording.until);
  const heard = new Map(
    steps
      .filter(({ side, event }) => side === "host" && event === "hello.received")
      .map(({ data, at }) => [playerIn(data), at]),
  );
  return messages
    .filter(({ from, name }) => from === "worker" && name === "hello")
    .map(({ data, at, tab }) => ({ tab, said: at, heard: heard.get(playerIn(data)) }));
}

function playerIn(data: string): string | undefined {
  return /"player":"([^"]+)"/.exec(data)?.[1];
}
