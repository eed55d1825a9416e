/** Faults: whatever a user, a file or a network can cause, as data.
 *  They travel as messages, as HTTP bodies `{code, detail, retryable}` and as machine events. */
import * as z from "zod/mini";

type FaultKind = { readonly retryable: boolean; readonly status: number; readonly advice: string };

/** Every code with its HTTP status, whether trying again can help, and what the listener can do. */
export const faultKinds = {
  "track-unknown": { retryable: false, status: 404, advice: "Choose another track." },
  "chunk-out-of-range": {
    retryable: false,
    status: 404,
    advice: "Ask for a chunk inside the track.",
  },
  "request-invalid": { retryable: false, status: 400, advice: "Check the address." },
  "variant-invalid": {
    retryable: false,
    status: 400,
    advice: "Choose one of the presets and an intensity from 0 to 100.",
  },
  "range-unsatisfiable": {
    retryable: false,
    status: 416,
    advice: "Ask for a range inside the file.",
  },
  "method-not-allowed": { retryable: false, status: 405, advice: "Use GET." },
  "not-found": { retryable: false, status: 404, advice: "Check the address." },
  "file-missing": {
    retryable: true,
    status: 410,
    advice: "Put the file back, or choose another track.",
  },
  "file-unreadable": { retryable: true, status: 403, advice: "Allow Segue to read the file." },
  "file-empty": { retryable: false, status: 422, advice: "Choose another track." },
  "file-corrupt": {
    retryable: false,
    status: 422,
    advice: "Choose another track.",
  },
  "file-truncated": {
    retryable: false,
    status: 422,
    advice: "What is there can be played.",
  },
  "file-damaged": {
    retryable: false,
    status: 422,
    advice: "What is whole of it can be played; get the file anew.",
  },
  "format-unsupported": {
    retryable: false,
    status: 415,
    advice: "Convert the file to FLAC, MP3 or WAV.",
  },
  "track-too-long": {
    retryable: false,
    status: 413,
    advice: "Raise the budget for decoded audio, or install ffmpeg.",
  },
  "source-changed": {
    retryable: true,
    status: 409,
    advice: "The file changed; it is being opened again.",
  },
  analysing: {
    retryable: true,
    status: 503,
    advice: "The track is being analysed; the original plays meanwhile.",
  },
  "render-failed": { retryable: true, status: 500, advice: "Try again." },
  "worker-lost": { retryable: true, status: 500, advice: "Try again." },
  busy: { retryable: true, status: 503, advice: "Try again in a moment." },
  "disk-full": { retryable: true, status: 507, advice: "Free some disk space." },
  "disk-failed": { retryable: true, status: 500, advice: "Check the data folder." },
  "protocol-violation": { retryable: false, status: 400, advice: "Reload the page." },
  "version-unsupported": { retryable: false, status: 400, advice: "Reload the page." },
  "token-refused": { retryable: false, status: 403, advice: "Reload the page." },
  "link-lost": {
    retryable: true,
    status: 503,
    advice: "Check that Segue is running; it reconnects by itself.",
  },
  "audio-unavailable": {
    retryable: true,
    status: 500,
    advice: "Allow the page to play sound, or open it over https.",
  },
} as const satisfies Record<string, FaultKind>;

export type FaultCode = keyof typeof faultKinds;
const faultCodes = Object.keys(faultKinds) as [FaultCode, ...FaultCode[]];

export const faultSchema = z.strictObject({
  code: z.enum(faultCodes),
  /** one sentence for a person; nobody matches on it */
  detail: z.string().check(z.maxLength(500)),
  retryable: z.boolean(),
});
export type Fault = z.infer<typeof faultSchema>;

/** Builds a fault; `detail` is cut to 500 characters. */
export function fault(code: FaultCode, detail: string): Fault {
  return { code, detail: detail.slice(0, 500), retryable: faultKinds[code].retryable };
}

/** Whether what is wrong with a file leaves something of it to be heard. */
export function leavesAudio({ code }: Fault): boolean {
  return code === "file-truncated" || code === "file-damaged";
}
