/** How like two signals are. */

/** Lag of `heard` behind `meant` with the largest correlation, frames, within ±`reach`. */
export function lagOf(heard: Float32Array, meant: Float32Array, reach = 1500): number {
  let best = 0;
  let largest = -Infinity;
  for (let lag = -reach; lag <= reach; lag++) {
    let sum = 0;
    const from = Math.max(0, -lag);
    const until = Math.min(meant.length, heard.length - lag);
    for (let i = from; i < until; i++) sum += meant[i]! * heard[i + lag]!;
    if (sum > largest) [largest, best] = [sum, lag];
  }
  return best;
}

/** Signal to noise in dB: energy of `meant` over that of the difference; Infinity when equal. */
export function snrDb(heard: Float32Array, meant: Float32Array): number {
  let signal = 0;
  let noise = 0;
  for (let i = 0; i < meant.length; i++) {
    signal += meant[i]! ** 2;
    noise += (meant[i]! - (heard[i] ?? 0)) ** 2;
  }
  return noise === 0 ? Infinity : 10 * Math.log10(signal / noise);
}

/** Amplitude of one frequency over the whole signal (Goertzel's sum, unwindowed). */
export function amplitudeAt(samples: Float32Array, hz: number, rate: number): number {
  let real = 0;
  let imaginary = 0;
  for (let i = 0; i < samples.length; i++) {
    const phase = (2 * Math.PI * hz * i) / rate;
    real += samples[i]! * Math.cos(phase);
    imaginary += samples[i]! * Math.sin(phase);
  }
  return (2 * Math.hypot(real, imaginary)) / samples.length;
}

/** Another rate by straight lines between samples: good enough to compare with, not to listen to. */
export function linearlyResampled(samples: Float32Array, from: number, to: number): Float32Array {
  return Float32Array.from({ length: Math.ceil((samples.length * to) / from) }, (_, i) => {
    const at = (i * from) / to;
    const k = Math.floor(at);
    return samples[k]! + (at - k) * ((samples[k + 1] ?? 0) - samples[k]!);
  });
}
