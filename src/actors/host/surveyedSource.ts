/** Surveyed source: what was decoded of a track for its fingerprint alone. It goes with the track, unless somebody has
 *  come to listen to it meanwhile; what was decoded before stays, too. */
import type { Decode, SpareSources } from "../../ports/decoder.ts";

export class SurveyedSource {
  readonly #spares: SpareSources | undefined;
  /** of the file; null: what is decoded of it is not for the survey alone */
  #path: string | null = null;
  #pcmPath: string | null = null;
  /** The decode port, as the track uses it. */
  readonly decode: Decode;

  /** @param isForSurvey whether nobody else wants the track now */
  constructor(decode: Decode, spares: SpareSources | undefined, isForSurvey: () => boolean) {
    this.#spares = spares;
    this.decode = (request, emit) => {
      if (!isForSurvey()) return decode(request, emit);
      this.#path = request.path;
      return decode({ ...request, isSpare: true }, (report) => {
        if (report.type === "probed") {
          this.#pcmPath = report.info.pcmPath;
          if (report.exact) this.keep();
        }
        emit(report);
      });
    };
  }

  get isSpare(): boolean {
    return this.#path !== null;
  }

  /** Somebody listens to it. */
  keep(): void {
    if (this.#path !== null) this.#spares?.keep(this.#path, this.#pcmPath);
    this.#path = null;
  }

  /** The track is closed. @param pcmPaths what other tracks read */
  end(pcmPaths: Iterable<string | undefined>): void {
    if (this.#path === null || this.#pcmPath === null) return;
    for (const read of pcmPaths) if (read === this.#pcmPath) return this.keep();
    this.#path = null;
    this.#spares?.discard(this.#pcmPath);
  }
}
