/** Small pictures and files that the tests of pipelines are made of. */

import { decode, encode, type Raster } from 'allcores/image';

/** Smooth waves with a few edges: something to resize and to blur. */
export function picture(width: number, height: number, channels: 1 | 2 | 3 | 4 = 3): Raster<Uint8Array> {
  const data = new Uint8Array(width * height * channels);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < channels; channel++) {
        const wave = 120 + 60 * Math.sin((x * (channel + 2)) / 29) + 50 * Math.cos((y - x / 3) / 37);
        data[at++] = (x >> 5) % 3 === 0 && (y >> 5) % 2 === 0 ? 255 - wave : wave;
      }
    }
  }
  return { data, width, height, channels };
}

/** A JPEG file of such a picture. */
export function jpegFile(width: number, height: number, exif?: Uint8Array): Uint8Array {
  const extra = exif === undefined ? {} : { exif };
  return encode(picture(width, height), { format: 'jpeg', quality: 90, ...extra });
}

/** EXIF data with nothing but an orientation. */
export function exifOf(orientation: number): Uint8Array {
  // Little-endian TIFF: one directory at 8 with one entry, tag 0x112, a short.
  return Uint8Array.of(
    73,
    73,
    42,
    0,
    8,
    0,
    0,
    0,
    1,
    0,
    0x12,
    1,
    3,
    0,
    1,
    0,
    0,
    0,
    orientation,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
  );
}

/** An ICC profile of an RGB space whose red and green are exchanged against sRGB, gamma 1.8. */
export function swappedProfile(): Uint8Array {
  const tags: [name: string, bytes: Uint8Array][] = [
    ['wtpt', xyz(0.9642, 1, 0.8249)],
    ['rXYZ', xyz(0.3851, 0.7169, 0.0971)],
    ['gXYZ', xyz(0.4361, 0.2225, 0.0139)],
    ['bXYZ', xyz(0.1431, 0.0606, 0.7141)],
    ...['rTRC', 'gTRC', 'bTRC'].map((name): [string, Uint8Array] => [name, gamma(1.8)]),
  ];
  const table = 128 + 4 + 12 * tags.length;
  const size = tags.reduce((total, [, bytes]) => total + bytes.length, table);
  const profile = new Uint8Array(size);
  const view = new DataView(profile.buffer);
  const text = (at: number, value: string) => profile.set(new TextEncoder().encode(value), at);
  view.setUint32(0, size);
  view.setUint32(8, 0x0240_0000);
  text(12, 'mntrRGB XYZ ');
  text(36, 'acsp');
  profile.set(xyz(0.9642, 1, 0.8249).subarray(8), 68);
  view.setUint32(128, tags.length);
  let at = table;
  for (const [index, [name, bytes]] of tags.entries()) {
    text(132 + 12 * index, name);
    view.setUint32(136 + 12 * index, at);
    view.setUint32(140 + 12 * index, bytes.length);
    profile.set(bytes, at);
    at += bytes.length;
  }
  return profile;
}

function xyz(...values: number[]): Uint8Array {
  const bytes = new Uint8Array(20);
  bytes.set(new TextEncoder().encode('XYZ '));
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) view.setInt32(8 + 4 * index, Math.round(value * 65_536));
  return bytes;
}

function gamma(value: number): Uint8Array {
  const bytes = new Uint8Array(16);
  bytes.set(new TextEncoder().encode('curv'));
  const view = new DataView(bytes.buffer);
  view.setUint32(8, 1);
  view.setUint16(12, Math.round(value * 256));
  return bytes;
}

/** How far two rasters of one shape are apart. */
export function distance(a: Raster, b: Raster): { mean: number; most: number } {
  if (a.width !== b.width || a.height !== b.height || a.channels !== b.channels) {
    throw new Error(
      `${a.width} x ${a.height} x ${a.channels} is not ${b.width} x ${b.height} x ${b.channels}`,
    );
  }
  let sum = 0;
  let most = 0;
  for (const [index, value] of a.data.entries()) {
    const apart = Math.abs(value - (b.data[index] as number));
    sum += apart;
    most = Math.max(most, apart);
  }
  return { mean: sum / a.data.length, most };
}

/** Whether a file can be decoded from its beginning to its end. */
export function isWhole(file: Uint8Array): boolean {
  try {
    decode(file);
    return true;
  } catch {
    return false;
  }
}
