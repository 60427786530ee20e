/** How an image is brought to a size: which part of it is taken, and the size that results. */

import type { Shape } from './raster.ts';

/** What happens when the wanted size has another aspect ratio than the image. */
export const fits = ['fill', 'cover', 'inside', 'outside'] as const;

/** One of the ways to fit an image to a size. */
export type Fit = (typeof fits)[number];

/** A part of an image in pixels, fractions allowed, and the whole size it is brought to. */
export interface Placement {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly width: number;
  readonly height: number;
}

/** Where the pixels of a resized image come from. At least one of `width` and `height` is given. */
export function place(
  { width: fullWidth, height: fullHeight }: Shape,
  width: number | undefined,
  height: number | undefined,
  fit: Fit,
): Placement {
  const whole = { left: 0, top: 0, right: fullWidth, bottom: fullHeight };
  if (width === undefined || height === undefined) {
    const scale = width === undefined ? (height as number) / fullHeight : width / fullWidth;
    return {
      ...whole,
      width: width ?? scaled(fullWidth, scale),
      height: height ?? scaled(fullHeight, scale),
    };
  }
  if (fit === 'fill') return { ...whole, width, height };
  if (fit === 'cover') return { ...centred(fullWidth, fullHeight, width / height), width, height };
  const pick = fit === 'inside' ? Math.min : Math.max;
  const scale = pick(width / fullWidth, height / fullHeight);
  return { ...whole, width: scaled(fullWidth, scale), height: scaled(fullHeight, scale) };
}

function scaled(length: number, scale: number): number {
  return Math.max(1, Math.round(length * scale));
}

/** The largest box of an aspect ratio in the middle of an image, as Pillow's `ImageOps.fit` takes it. */
function centred(width: number, height: number, ratio: number) {
  if (width / height >= ratio) {
    const part = ratio * height;
    const left = (width - part) * 0.5;
    return { left, top: 0, right: left + part, bottom: height };
  }
  const part = width / ratio;
  const top = (height - part) * 0.5;
  return { left: 0, top, right: width, bottom: top + part };
}
