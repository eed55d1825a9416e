/** The engine between a host and its workers, as `npm run render` wants it: keeps the samples of segments as they leave
 *  the chain, before they become 16 bits, and what was found out about the source. */
import type { Fingerprint } from "#engine/audio/fingerprint.ts";
import type { RenderEngine } from "#engine/ports/renderEngine.ts";

export type RenderTap = {
  /** for the host */
  readonly engine: RenderEngine;
  /** Interleaved samples of a segment that the host has read, ±1 is full scale; forgotten then. */
  readonly take: (key: string, segment: number) => Float32Array;
  /** of the source that was rendered last, if it was analysed */
  readonly fingerprint: () => Fingerprint | null;
};

/** Fingerprints that were made, by what the files hold. */
export type MadeFingerprints = Map<string, Fingerprint>;

/** @param fingerprints what was found out is put there; a second file of the same content is not analysed again
 *  @param isFloat whether samples are kept; the host then gets silence of the same length in their place, which is
 *    for nobody to hear */
export function tapEngine(
  engine: RenderEngine,
  fingerprints: MadeFingerprints,
  isFloat: boolean,
): RenderTap {
  const kept = new Map<string, { readonly from: number; readonly bytes: Uint8Array }[]>();
  let rendered = "";
  const tapped: RenderEngine = {
    slots: engine.slots,
    measure: engine.measure,
    analyse: (request, emit) =>
      engine.analyse(request, (report) => {
        if (report.type === "done") fingerprints.set(request.source.sourceId, report.fingerprint);
        emit(report);
      }),
    render: (request, emit) => {
      rendered = request.source.sourceId;
      if (!isFloat) return engine.render(request, emit);
      const id = `${request.key}/${request.segment}`;
      return engine.render({ ...request, format: "f32le" }, (report) => {
        if (report.type !== "slice") return emit(report);
        const { start, frames, samples } = report;
        // a render that was given up and begun anew comes from its beginning
        const before = (kept.get(id) ?? []).filter(({ from }) => from < start);
        kept.set(id, [...before, { from: start, bytes: samples }]);
        emit({ type: "slice", start, frames, samples: new Uint8Array(samples.byteLength / 2) });
      });
    },
  };
  return {
    engine: tapped,
    take: (key, segment) => {
      const runs = kept.get(`${key}/${segment}`) ?? [];
      kept.delete(`${key}/${segment}`);
      const bytes = Buffer.concat(runs.map((run) => run.bytes));
      return new Float32Array(new Uint8Array(bytes).buffer);
    },
    fingerprint: () => fingerprints.get(rendered) ?? null,
  };
}
