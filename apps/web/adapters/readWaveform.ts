import type { Start } from "#engine/ports/port.ts";
import type { TrackId } from "#engine/protocol/limits.ts";
import { waveformSchema, type Waveform } from "#engine/protocol/library.ts";

/** ms until what the host could not give yet is asked for again, longer every time; it waits for its decoder itself */
const againMs = 2000;
const attemptsMax = 5;

/** `GET /api/tracks/ID/waveform`, parsed. What cannot be had is no more than a picture: nothing is told of it. */
export const readWaveform: Start<TrackId, Waveform> = (track, emit) => {
  const abort = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ask = async (attempt: number): Promise<void> => {
    const answer = await fetch(`/api/tracks/${track}/waveform`, { signal: abort.signal });
    const isLater = answer.status === 202 || answer.status === 503;
    const waveform = answer.ok && !isLater ? waveformSchema.safeParse(await answer.json()) : null;
    if (abort.signal.aborted) return;
    if (waveform?.success) emit(waveform.data);
    else if (isLater && attempt < attemptsMax)
      timer = setTimeout(() => void ask(attempt + 1).catch(leave), againMs * attempt);
  };
  const leave = (): void => undefined; // the host is gone, or the asker: the page says so where it matters
  void ask(1).catch(leave);
  return () => {
    clearTimeout(timer);
    abort.abort();
  };
};
