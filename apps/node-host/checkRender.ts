import { access, constants, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { faultOfErrno } from "./faultOfErrno.ts";

export type RenderRefusal = {
  /** 2: the command line makes no sense; 1: the files do not allow it */
  readonly status: 1 | 2;
  /** one sentence for a person */
  readonly line: string;
};

/** What is wrong with the files that a render was given, before anything is decoded; null: nothing.
 *  Only files are read and replaced: a pipe would hang, and a device would be gone.
 *  @param input @param output absolute */
export async function checkRender(input: string, output: string): Promise<RenderRefusal | null> {
  const failed = (line: string): RenderRefusal => ({ status: 1, line });
  const source = await stat(input, { bigint: true }).catch((cause: unknown) =>
    faultOfErrno(cause, input),
  );
  if ("code" in source) return failed(source.detail);
  if (!source.isFile()) return failed(`${input} is no file.`);
  try {
    await access(input, constants.R_OK);
  } catch (cause) {
    return failed(faultOfErrno(cause, input).detail);
  }
  try {
    const target = await stat(output, { bigint: true });
    // links of both kinds lead to the same place
    if (target.dev === source.dev && target.ino === source.ino)
      return { status: 2, line: `${output} is the file to be rendered: OUT.wav must be another.` };
    if (!target.isFile()) return failed(`${output} is no file.`);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT")
      return failed(unwritable(output, cause));
  }
  const folder = dirname(output);
  const place = await stat(folder).catch((cause: unknown) => faultOfErrno(cause, folder));
  if ("code" in place) return failed(`${output} cannot be written: ${place.detail}`);
  return null;
}

/** @returns the sentence for an output that the system refused */
export function unwritable(output: string, cause: unknown): string {
  const { code } = cause as NodeJS.ErrnoException;
  switch (code) {
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return `${output} may not be written.`;
    case "ENOSPC":
    case "EDQUOT":
      return `${output} cannot be written: the disk is full.`;
    case "ENOTDIR":
    case "EEXIST":
      return `${output} cannot be written: a part of its path is no folder.`;
    default:
      return `${output} cannot be written (${code ?? String(cause)}).`;
  }
}
