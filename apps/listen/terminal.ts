/** The terminal: lines of status, one line that is written over, and keys where somebody can press them. */
export type Terminal = {
  /** whether keys can be pressed */
  readonly isInteractive: boolean;
  readonly say: (line: string) => void;
  /** on stderr */
  readonly warn: (line: string) => void;
  /** shows the last line anew; nothing where the output is no terminal */
  readonly overwrite: (line: string) => void;
  readonly onKeys: (hear: (typed: string) => void) => void;
  /** Gives the terminal back as it was. */
  readonly close: () => void;
};

const eraseLine = "\r\u001b[K";

/** The process's own. */
export function openTerminal(): Terminal {
  const { stdin, stdout, stderr } = process;
  const isInteractive = stdin.isTTY === true;
  let last = "";
  const erase = (): void => {
    if (last !== "") stdout.write(eraseLine);
  };
  const write = (stream: NodeJS.WriteStream, line: string): void => {
    erase();
    stream.write(`${line}\n`);
    if (last !== "") stdout.write(last);
  };
  return {
    isInteractive,
    say: (line) => write(stdout, line),
    warn: (line) => write(stderr, line),
    overwrite: (line) => {
      if (!stdout.isTTY || line === last) return;
      erase();
      stdout.write(line);
      last = line;
    },
    onKeys: (hear) => {
      if (!isInteractive) return;
      stdin.setRawMode(true);
      stdin.setEncoding("utf8");
      stdin.on("data", (typed: string) => hear(typed));
    },
    close: () => {
      erase();
      last = "";
      if (isInteractive) stdin.setRawMode(false);
      stdin.pause();
    },
  };
}
