/** Version of everything that decides the bytes of a rendering: chain, resampler, dither, renderer.
 *  It is part of every render key, so raising it makes all cached segments unreachable.
 *  Raise it with every change that can alter one output sample. */
export const engineVersion = 2;
