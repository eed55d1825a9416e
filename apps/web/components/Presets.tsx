import { presets, type Preset } from "#engine/protocol/variant.ts";
import { usePage, useView } from "../pageContext.ts";

const names: Readonly<Record<Preset, string>> = {
  adaptive: "Adaptive",
  gentle: "Gentle",
  warm: "Warm",
  bright: "Bright",
  punchy: "Punchy",
};

/** The tendency of each preset as a curve over frequency. */
const curves: Readonly<Record<Preset, string>> = {
  adaptive: "M1 10C5 2 8 2 12 7S19 13 23 4",
  gentle: "M1 6C7 9 17 9 23 6",
  warm: "M1 3C8 3 9 10 14 10H23",
  bright: "M1 11H10C15 11 16 3 23 3",
  punchy: "M1 11H6L9 2L12 11L15 6L17 11H23",
};

/** The radio group; choosing one does not switch Enhance on. */
export function Presets() {
  const page = usePage();
  const chosen = useView((view) => view.preset);
  return (
    <div className="presets" role="radiogroup" aria-label="Preset">
      {presets.map((preset) => (
        <label key={preset} className="preset">
          <input
            type="radio"
            name="preset"
            value={preset}
            checked={preset === chosen}
            onChange={() => page.setPreset(preset)}
          />
          <svg viewBox="0 0 24 14" aria-hidden="true">
            <path d={curves[preset]} />
          </svg>
          <span>{names[preset]}</span>
        </label>
      ))}
    </div>
  );
}
