/** What the terminal hears of the demo album: one line for each piece that is begun, one at the end. */
export type AlbumTeller = {
  /** @param share 0…1 of the whole album */
  readonly progress: (share: number, title: string) => void;
  /** All of it is there; says nothing when nothing had to be made. */
  readonly whole: () => void;
};

export function tellAlbum(tell: (line: string) => void): AlbumTeller {
  let last = "";
  return {
    progress: (share, title) => {
      if (title === last) return;
      last = title;
      tell(`Making the demo album: ${title} (${Math.round(share * 100)} %)`);
    },
    whole: () => {
      if (last) tell("The demo album is made.");
      last = "";
    },
  };
}
