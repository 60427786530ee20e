import type { Pixels, Raster } from 'allcores/image';

/** The same picture in another type, each sample times `scale`. */
export function deeper(
  raster: Raster<Uint8Array>,
  Type: { new (length: number): Exclude<Pixels, Uint8ClampedArray> },
  scale: number,
): Raster {
  const data = new Type(raster.data.length);
  for (let i = 0; i < data.length; i++) data[i] = (raster.data[i] as number) * scale;
  return { ...raster, data };
}
