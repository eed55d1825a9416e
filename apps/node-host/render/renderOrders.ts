/** Which files a command line asks for: one, or all that lie in a folder. */
import { mkdir, stat } from "node:fs/promises";
import { basename, dirname, extname, join, relative } from "node:path";
import { walkFolder } from "../library/walkFolder.ts";

export type FilePair = { readonly input: string; readonly output: string };

/** @param input absolute; a file: itself and the output; a folder: every sound file in it and below, as the same path
 *    below the output, which is made. Two files that would have one name keep their own endings in it.
 *  @param extension of what is written in a folder, without its dot @param data for links to odd names */
export async function renderOrders(
  input: string,
  output: string,
  extension: string,
  data: string,
): Promise<readonly FilePair[]> {
  // what cannot be looked at is taken for a file, of which `checkRender` says what is wrong
  const found = await stat(input).catch(() => null);
  if (!found?.isDirectory()) return [{ input, output }];
  const inputs: string[] = [];
  for await (const report of walkFolder(input, join(data, "aliases"), output))
    if (report.type === "file") inputs.push(report.file.path);
  const taken = new Set<string>();
  const pairs = inputs.sort().map((path) => {
    const below = relative(input, path);
    // a link to a file whose name is no text lies elsewhere
    const place = below.startsWith("..") ? basename(path) : below;
    const plain = `${place.slice(0, -extname(place).length)}.${extension}`;
    const name = taken.has(plain) ? `${place}.${extension}` : plain;
    taken.add(name);
    return { input: path, output: join(output, name) };
  });
  for (const folder of new Set(pairs.map((pair) => dirname(pair.output))))
    await mkdir(folder, { recursive: true });
  return pairs;
}
