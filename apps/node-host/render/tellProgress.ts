/** How far a render has got, on stderr: one line that is written over on a terminal; elsewhere nothing, or a line per
 *  file and quarter when it is asked for. */

/** @param isAsked whether the flag was given @returns what to call with the share that is done, 0 … 1 */
export function tellProgress(
  name: string,
  isAsked: boolean,
  stream: { readonly isTTY?: boolean; write: (text: string) => unknown } = process.stderr,
): (share: number) => void {
  if (!stream.isTTY && !isAsked) return () => undefined;
  let told = -1;
  return (share) => {
    const percent = Math.floor(share * 100);
    if (stream.isTTY) {
      if (percent === told) return;
      told = percent;
      stream.write(`\r${name}: ${percent} %${share >= 1 ? "\n" : ""}`);
      return;
    }
    const quarter = Math.floor(percent / 25);
    if (quarter <= told) return;
    told = quarter;
    stream.write(`${name}: ${percent} %\n`);
  };
}
