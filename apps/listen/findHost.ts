import * as z from "zod/mini";

const healthSchema = z.object({ status: z.literal("ok"), epoch: z.string() });
const patienceMs = 5000;

/** Asks whether a host answers at an address.
 *  @param url without a slash at its end @returns null when one does, else a sentence that says what is wrong */
export async function findHost(url: string, signal: AbortSignal): Promise<string | null> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  try {
    const answer = await fetch(`${url}/healthz`, { signal: patience });
    const body: unknown = await answer.json().catch(() => null);
    return healthSchema.safeParse(body).success ? null : `What answers at ${url} is not Segue.`;
  } catch (cause) {
    // fetch says only that it failed; why is in its cause
    const { message, cause: reason } = cause as Error & { cause?: Error };
    return `Nothing answers at ${url}: ${reason?.message || message}`;
  }
}
