import { memo } from "react";
import type { TrackEntry } from "#engine/protocol/library.ts";

/** A cover for a track that has none: the album gives the colours, the title the drawing, so that an
 *  album's tracks look related and yet differ. The same names always give the same picture. */
export const GeneratedArt = memo(function GeneratedArt({ track }: { readonly track: TrackEntry }) {
  const palette = palettes[digest(track.album || track.artist || track.title) % palettes.length]!;
  const seed = digest(`${track.title}\n${track.artist}`);
  const part = (shift: number, range: number): number => ((seed >>> shift) & 255) % range;
  const draw = motifs[part(3, motifs.length)]!;
  return (
    <svg
      className="art"
      viewBox="0 0 100 100"
      preserveAspectRatio="xMidYMid slice"
      aria-hidden="true"
    >
      <rect width="100" height="100" fill={palette[0]} />
      {draw(palette, part)}
    </svg>
  );
});

/** ground, deep, middle, light */
type Palette = readonly [string, string, string, string];
type Part = (shift: number, range: number) => number;

const palettes: readonly Palette[] = [
  ["#23313a", "#35596a", "#e08e45", "#f4d8a8"],
  ["#3a2430", "#7b3b4b", "#e0705a", "#f6cfae"],
  ["#20332c", "#3c6a55", "#a9b665", "#efe6b8"],
  ["#2a2942", "#4d4b86", "#c77fa5", "#f3d3c9"],
  ["#33281d", "#76542d", "#d9a441", "#f3e3bb"],
  ["#1d3038", "#2f7480", "#7fc0ae", "#f1e9cc"],
  ["#3b2a24", "#92513a", "#d98e6d", "#f0dcc2"],
  ["#252a33", "#54627a", "#b8a58d", "#efe3d0"],
];

const motifs: readonly ((palette: Palette, part: Part) => React.ReactNode)[] = [
  // Two discs that cross.
  ([, deep, middle, light], part) => {
    const y = 38 + part(8, 24);
    const radius = 24 + part(12, 10);
    return (
      <>
        <circle cx={50 - radius * 0.6} cy={y} r={radius} fill={deep} />
        <circle cx={50 + radius * 0.6} cy={100 - y} r={radius} fill={middle} />
        <circle cx={50} cy={50} r={radius * 0.36} fill={light} />
      </>
    );
  },
  // Hills under a low sun.
  ([, deep, middle, light], part) => {
    const rise = 8 + part(8, 26);
    const sun = 20 + part(14, 60);
    return (
      <>
        <circle cx={sun} cy={30 + part(18, 12)} r={9 + part(20, 7)} fill={light} />
        <path
          d={`M0 ${72 - rise / 2}C30 ${50 - rise} 55 ${86} 100 ${60 - rise / 3}V100H0Z`}
          fill={middle}
        />
        <path d={`M0 ${80}C35 ${96 - rise} 65 ${62 + rise / 2} 100 ${84}V100H0Z`} fill={deep} />
      </>
    );
  },
  // Rings, as a groove runs inwards.
  ([, deep, middle, light], part) => {
    const x = 22 + part(8, 56);
    const y = 22 + part(14, 56);
    return [62, 50, 38, 26, 14].map((radius, index) => (
      <circle
        key={radius}
        cx={x}
        cy={y}
        r={radius}
        fill="none"
        stroke={[deep, middle, deep, light, middle][index]}
        strokeWidth={3 + ((index * 5 + part(18, 7)) % 5)}
      />
    ));
  },
  // Strings of unequal weight.
  ([, deep, middle, light], part) =>
    [0, 1, 2, 3, 4, 5, 6].map((index) => {
      const height = 18 + ((part(8, 64) + index * index * 13) % 60);
      return (
        <rect
          key={index}
          x={12 + index * 11.4}
          y={50 - height / 2}
          width={7}
          height={height}
          rx={3.5}
          fill={[middle, deep, light][(index + part(16, 3)) % 3]}
        />
      );
    }),
  // One curve fades out, the other in.
  ([, deep, middle, light], part) => {
    const bend = 10 + part(8, 30);
    return (
      <>
        <path d={`M0 100V${20 + bend / 2}C${30 + bend} ${20} ${40} 86 100 86V100Z`} fill={deep} />
        <path
          d={`M100 100V${30 - bend / 3}C${70 - bend} ${26} 60 88 0 88V100Z`}
          fill={middle}
          opacity="0.86"
        />
        <circle cx={30 + part(16, 40)} cy={22} r={6} fill={light} />
      </>
    );
  },
];

/** FNV-1a, 32 bit: spreads similar names; nothing depends on its strength. */
function digest(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++)
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}
