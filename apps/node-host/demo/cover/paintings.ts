/** The five covers: one horizon, one light, five times of day. */
import { blend, type Colour, glow, gradient, hex, inside, type Painting, smooth } from "./paint.ts";

const tau = 2 * Math.PI;

/** Hills behind hills before sunrise, for First Light. */
export const dawn: Painting = (x, y, pixel) => {
  const sky = ["#14213f", "#3d3a6b", "#8d5a86", "#e58b76", "#ffc98a", "#ffe7b8"].map(hex);
  let colour = gradient(sky, y / 0.78);
  const sun = Math.hypot(x - 0.64, y - 0.56);
  colour = glow(colour, hex("#ffd9a0"), 0.75 * Math.exp(-sun / 0.17));
  colour = blend(colour, hex("#fff6df"), inside(sun - 0.085, pixel));
  const hills = ["#b9718a", "#8a5783", "#5c4274", "#382f5c", "#1d1f42", "#0d1230"].map(hex);
  hills.forEach((hill, i) => {
    const k = i + 1;
    const ridge =
      0.56 +
      0.072 * i +
      0.035 * Math.sin(tau * (0.55 * k * x + 0.37 * k)) +
      0.014 * Math.sin(tau * (1.7 * k * x + 0.11 * k * k)) +
      0.004 * Math.sin(tau * (6.1 * x + k));
    const mist = blend(hill, hex("#ffc79b"), 0.3 * smooth(1 - (y - ridge) / 0.07) * (1 - i / 6));
    colour = blend(colour, mist, inside(ridge - y, pixel));
  });
  return colour;
};

/** Panes of light that cross, for Glass Tram. */
export const glass: Painting = (x, y, pixel) => {
  let colour = gradient(["#0a0b26", "#1b1250", "#3b0f5f"].map(hex), y * 0.7 + x * 0.3);
  const lights = ["#ff3d81", "#29d3ff", "#ffe45c", "#7a5cff", "#3dffc0", "#ff8a3d", "#29d3ff"].map(
    hex,
  );
  lights.forEach((light, i) => {
    const angle = -0.5 + (i % 2 === 0 ? 0 : 0.42) + 0.05 * i;
    const across = (x - 0.5) * Math.cos(angle) + (y - 0.5) * Math.sin(angle);
    const along = -(x - 0.5) * Math.sin(angle) + (y - 0.5) * Math.cos(angle);
    const centre = -0.42 + 0.14 * i;
    const width = 0.035 + 0.02 * ((i * 5) % 4);
    const pane = inside(Math.abs(across - centre) - width, pixel);
    const fade = 0.28 + 0.5 * smooth(0.5 + along * (i % 2 === 0 ? 1.1 : -1.1));
    colour = glow(colour, light, pane * fade);
    const edge = Math.exp(-Math.abs(across - centre - width) / 0.0035);
    colour = glow(colour, light, 0.6 * edge * fade);
  });
  const rail = 0.8 + 0.1 * (x - 0.5) ** 2;
  const reflection = smooth((y - rail) / 0.25);
  colour = y > rail ? blend(colour, hex("#060718"), 0.55 + 0.4 * reflection) : colour;
  const line = Math.exp(-Math.abs(y - rail) / 0.004);
  return glow(colour, hex("#e8f7ff"), 0.8 * line * (0.4 + 0.6 * Math.sin(Math.PI * x)));
};

/** A moon over swell after swell, for The Long Tide. */
export const tide: Painting = (x, y, pixel) => {
  const sky = ["#071a2b", "#0e3247", "#245a6c", "#6d9fa3", "#cfe0d2"].map(hex);
  let colour = gradient(sky, y / 0.62);
  const moon = Math.hypot(x - 0.36, y - 0.3);
  colour = glow(colour, hex("#f4f1dc"), 0.5 * Math.exp(-moon / 0.16));
  const shade = 0.06 * Math.sin(23 * x + 3 * Math.sin(17 * y)) * Math.sin(19 * y + 2);
  colour = blend(
    colour,
    blend(hex("#fbf6e3"), hex("#d9d3b8"), 0.5 + 6 * shade),
    inside(moon - 0.12, pixel),
  );
  const deep = ["#9fc4c0", "#6ba3a6", "#417f8a", "#265f70", "#154459", "#0b2d42", "#061d2f"].map(
    hex,
  );
  deep.forEach((wave, i) => {
    const crest =
      0.56 +
      0.066 * i +
      (0.008 + 0.006 * i) * Math.sin(tau * ((2.6 - 0.27 * i) * x + 0.31 * i * i));
    const inWave = inside(crest - y, pixel);
    const foam = Math.exp(-Math.abs(y - crest - 0.003) / (0.002 + 0.0008 * i));
    const path = Math.exp(-(((x - 0.36) / (0.07 + 0.035 * i)) ** 2));
    const lit = glow(
      wave,
      hex("#f6f2d8"),
      Math.min(0.85, foam * (0.3 + 0.55 * path) + 0.16 * path),
    );
    colour = blend(colour, lit, inWave);
  });
  return colour;
};

/** A warm dial that sends rings through the roof, for Attic Radio. */
export const attic: Painting = (x, y, pixel) => {
  let colour: Colour = gradient(["#3a1a17", "#6b2d1f", "#a9492a", "#d97b3c"].map(hex), y);
  const far = Math.hypot(x - 0.5, (y - 0.72) * 1.02);
  for (let ring = 0; ring < 9; ring++) {
    const radius = 0.17 + 0.075 * ring;
    const band = inside(Math.abs(far - radius) - (0.026 - 0.0018 * ring), pixel);
    const tone = gradient(
      ["#ffd27a", "#f39a4a", "#c7512f", "#7d2b2a", "#4a1a22"].map(hex),
      ring / 8,
    );
    colour = y < 0.72 ? blend(colour, tone, band * 0.92) : colour;
  }
  const roof = 0.09 + 0.62 * Math.abs(x - 0.5);
  colour = blend(colour, hex("#1c0d12"), inside(y - roof, pixel));
  const floor = inside(0.72 - y, pixel);
  colour = blend(colour, gradient(["#2a1216", "#180a10"].map(hex), (y - 0.72) / 0.28), floor);
  const box = Math.max(Math.abs(x - 0.5) - 0.2, Math.abs(y - 0.715) - 0.105);
  const body = inside(box - 0.012, pixel);
  const wood = 0.5 + 0.5 * Math.sin(90 * y + 2 * Math.sin(14 * x));
  colour = blend(colour, blend(hex("#7c3c22"), hex("#6a301c"), wood), body);
  const cloth = inside(Math.hypot(x - 0.41, y - 0.715) - 0.082, pixel);
  const weave = 0.5 + 0.5 * Math.sin(420 * x) * Math.sin(420 * y);
  colour = blend(colour, blend(hex("#e7c48d"), hex("#c59a5f"), weave), cloth);
  const dial = inside(Math.max(Math.abs(x - 0.59) - 0.075, Math.abs(y - 0.68) - 0.032), pixel);
  colour = blend(colour, glow(hex("#ffe9b0"), hex("#ffd36b"), 0.5), dial);
  const needle = inside(Math.abs(x - 0.612 - 0.2 * (y - 0.68)) - 0.0025, pixel) * dial;
  colour = blend(colour, hex("#b3261e"), needle);
  for (const knob of [0.545, 0.635])
    colour = blend(colour, hex("#20100d"), inside(Math.hypot(x - knob, y - 0.768) - 0.022, pixel));
  return glow(colour, hex("#ffb35c"), 0.32 * Math.exp(-far / 0.2));
};

/** Water that turns, for Undertow. */
export const whirl: Painting = (x, y, pixel) => {
  const [dx, dy] = [x - 0.53, (y - 0.5) * 1.12];
  const far = Math.hypot(dx, dy) + 1e-6;
  const turn = Math.atan2(dy, dx) + 1.35 * Math.log(far + 0.04);
  const arms = (turn * 5) / tau;
  const folded = arms - Math.floor(arms);
  const inner = ((turn * 15) / tau + 2.2 * far) % 1;
  const tones = ["#031018", "#06303a", "#0c5c5a", "#21937c", "#7bd0a0", "#0c5c5a", "#031018"].map(
    hex,
  );
  let colour = gradient(tones, folded);
  const thread = Math.exp(
    -Math.abs((inner < 0 ? inner + 1 : inner) - 0.5) / (0.02 + (0.25 * pixel) / far),
  );
  colour = glow(colour, hex("#d7ffe0"), 0.32 * thread * smooth((far - 0.06) / 0.2));
  colour = blend(colour, hex("#01070c"), smooth(1 - far / 0.2));
  colour = blend(colour, hex("#02121b"), 0.75 * smooth((far - 0.38) / 0.34));
  const light = Math.hypot(x - 0.53, y - 0.5);
  colour = glow(colour, hex("#ffb26b"), 0.9 * Math.exp(-light / 0.022));
  return blend(colour, hex("#ffe3b8"), inside(light - 0.016, pixel));
};
