import { fault, type Fault } from "#engine/protocol/faults.ts";

/** What the operating system said of a file the listener gave us, as a fault.
 *  @param name for the sentence that a person reads */
export function faultOfErrno(cause: unknown, name: string): Fault {
  const { code } = cause as NodeJS.ErrnoException;
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
    case "ELOOP":
      return fault("file-missing", `${name} does not exist.`);
    case "EACCES":
    case "EPERM":
      return fault("file-unreadable", `${name} may not be read.`);
    default:
      return fault("file-unreadable", `${name} cannot be read (${code ?? String(cause)}).`);
  }
}
