import { refusal } from "./answers.ts";

/** The whole body of a request as text. @throws Refusal `request-invalid` beyond `bytesMax`, which ends the connection */
export async function readBody(request: AsyncIterable<Buffer>, bytesMax: number): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += part.byteLength;
    if (bytes > bytesMax)
      throw refusal("request-invalid", "That is more at once than is taken.", {
        connection: "close",
      });
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}
