import type { ServerResponse } from "node:http";
import { fault, faultKinds, type Fault, type FaultCode } from "#engine/protocol/faults.ts";

/** Thrown inside the HTTP routes only, where it ends a request: the fault becomes the answer. */
export class Refusal extends Error {
  readonly fault: Fault;
  readonly headers: Readonly<Record<string, string>>;
  constructor(reason: Fault, headers: Readonly<Record<string, string>> = {}) {
    super(reason.detail);
    this.fault = reason;
    this.headers = headers;
  }
}

/** @returns what to throw to answer with a fault */
export function refusal(
  code: FaultCode,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): Refusal {
  return new Refusal(fault(code, detail), headers);
}

/** Answers with a fault as JSON and the status that fits it; ends the connection when the body has
 *  begun already, so that nobody takes half an answer for a whole one. */
export function answerFault(response: ServerResponse, { fault: reason, headers }: Refusal): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status } = faultKinds[reason.code];
  answerJson(response, reason, status, {
    ...headers,
    ...(status === 503 && { "retry-after": "1" }),
  });
}

/** Answers with JSON that no cache keeps. */
export function answerJson(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": bytes.byteLength,
    "cache-control": "no-store",
    ...headers,
  });
  response.end(bytes);
}
