/**
 * Writes docs/filters.jpg: every filter of allcores/image on one photograph, each with its name.
 *
 *     node scripts/contact-sheet.mjs [file to write]
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as image from 'allcores/image';
import { GLYPHS, HEIGHT, WIDTH } from './glyphs.mjs';

const root = new URL('../', import.meta.url);
const photo = image.decode(readFileSync(new URL('examples/photos/chelsea.png', root)));

/** The size of a picture, and the columns of the sheet. */
const tile = { width: 210, height: 140 };
const columns = 7;
/** Pixels of a dot of a letter, around a picture, and of the line with its name. */
const dot = 2;
const margin = 5;
const line = HEIGHT * dot + 8;

const small = image.resize(photo, tile);
/** The picture with alpha that falls to 0 from the middle to the edge. */
const faded = withAlpha(small, (x, y) => 1.15 - 1.6 * Math.hypot(x - 0.5, y - 0.5) ** 2 * 2);
const dull = image.contrast(image.brightness(small, { factor: 0.8 }), { factor: 0.4 });
const emboss = [-2, -1, 0, -1, 1, 1, 0, 1, 2];
const warm = [1.1, 0.1, 0, 0, 0, 0.9, 0.1, 0, 0, 0, 0.7, 0];
const posterised = Uint8Array.from({ length: 256 }, (_, value) => Math.round(value / 64) * 63);

/** What is shown, by its name. */
const pictures = {
  original: small,
  'resize nearest': larger('nearest'),
  'resize bilinear': larger('bilinear'),
  'resize lanczos3': larger('lanczos3'),
  'fit contain': image.resize(photo, { ...tile, width: 150, fit: 'contain', background: [200, 60, 60] }),
  'fit fill': image.resize(photo, { width: 90, height: 140, fit: 'fill' }),
  'reduce 4': image.resize(image.reduce(small, { factor: 4 }), { ...tile, filter: 'nearest', fit: 'fill' }),
  crop: image.crop(photo, { left: 130, top: 60, ...tile }),
  'pad reflect': image.pad(image.resize(photo, { width: 150, height: 100 }), {
    ...{ left: 30, right: 30, top: 20, bottom: 20 },
    mode: 'reflect',
  }),
  flip: image.flip(small),
  flop: image.flop(small),
  rotate90: image.rotate90(small),
  rotate180: image.rotate180(small),
  rotate270: image.rotate270(small),
  transpose: image.transpose(small),
  'autoOrient 7': image.autoOrient(small, { orientation: 7 }),
  'gaussianBlur 3': image.gaussianBlur(small, { radius: 3 }),
  'gaussianBlur x 9': image.gaussianBlur(small, { radius: { x: 9, y: 0 } }),
  'boxBlur 4': image.boxBlur(small, { radius: 4 }),
  'median 7': image.median(small, { size: 7 }),
  'rankFilter 5, 20': image.rankFilter(small, { size: 5, rank: 20 }),
  'erode 5': image.erode(small, { size: 5 }),
  'dilate 5': image.dilate(small, { size: 5 }),
  unsharpMask: image.unsharpMask(small),
  'sharpen 2': image.sharpen(small, { amount: 2 }),
  'convolve emboss': image.convolve(small, { kernel: emboss, width: 3, height: 3 }),
  sobel: image.sobel(image.grayscale(small)),
  'sobel dx': image.sobel(image.grayscale(small), { dx: 1, dy: 0 }),
  grayscale: image.grayscale(small),
  invert: image.invert(small),
  'threshold 120': image.threshold(image.grayscale(small), { value: 120 }),
  'gamma 2': image.gamma(small, { gamma: 2 }),
  'lut 5 levels': image.lut(small, { lut: posterised }),
  'brightness 1.4': image.brightness(small, { factor: 1.4 }),
  'contrast 1.6': image.contrast(small, { factor: 1.6 }),
  'saturation 2': image.saturation(small, { factor: 2 }),
  'hue 120': image.hue(small, { degrees: 120 }),
  sepia: image.sepia(small),
  'colorMatrix warm': image.colorMatrix(small, { matrix: warm }),
  'dull, as an input': dull,
  autocontrast: image.autocontrast(dull, { cutoff: 1 }),
  normalize: image.normalize(dull),
  equalize: image.equalize(dull),
  'composite over': image.composite(checks(), faded),
  'multiply blend': image.composite(withAlpha(small), checks(), { blend: 'multiply' }),
  'blend 0.5': image.blend(small, image.flop(small), { alpha: 0.5 }),
  premultiply: opaque(image.premultiply(faded)),
  unpremultiply: opaque(image.unpremultiply(image.premultiply(faded))),
  'flatten on blue': image.flatten(faded, { background: [30, 60, 200] }),
  'red of 3 channels': image.splitChannels(small)[0],
  'joinChannels bgr': image.joinChannels(image.splitChannels(small).reverse()),
};

/** A part of the photograph four times as large. */
function larger(filter) {
  const part = image.crop(photo, { left: 175, top: 95, width: 42, height: 28 });
  return image.resize(part, { ...tile, filter, fit: 'fill' });
}

/** With an alpha channel, by the place from 0 to 1. */
function withAlpha(raster, alpha = () => 1) {
  const { width, height } = raster;
  const data = Uint8Array.from({ length: width * height }, (_, i) => {
    const value = alpha((i % width) / width, Math.floor(i / width) / height);
    return 255 * Math.min(1, Math.max(0, value));
  });
  return image.joinChannels([...image.splitChannels(raster), { data, width, height, channels: 1 }]);
}

/** The colours as they are stored, without their alpha. */
function opaque(raster) {
  return image.joinChannels(image.splitChannels(raster).slice(0, 3));
}

/** Grey squares, with alpha. */
function checks() {
  const data = Uint8Array.from({ length: tile.width * tile.height * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % tile.width, Math.floor(i / 3 / tile.width)];
    return (Math.floor(x / 14) + Math.floor(y / 14)) % 2 === 0 ? 235 : 150;
  });
  return withAlpha({ data, ...tile, channels: 3 });
}

/** The picture on the sheet's white, in RGB. */
function onSheet(raster) {
  const planes = image.splitChannels(raster);
  const [grey] = planes;
  const colours = planes.length < 3 ? [grey, grey, grey] : planes.slice(0, 3);
  const plain =
    planes.length === 4 ? image.flatten(raster, { background: 255 }) : image.joinChannels(colours);
  return image.resize(plain, { ...tile, fit: 'contain', background: 245, withoutEnlargement: true });
}

/** A name in dots. */
function label(text) {
  const data = new Uint8Array(tile.width * line * 3).fill(255);
  [...text].forEach((letter, index) => {
    const rows = GLYPHS[letter];
    if (rows === undefined) throw new Error(`There is no glyph for ${JSON.stringify(letter)}`);
    for (let y = 0; y < HEIGHT * dot; y++) {
      for (let x = 0; x < WIDTH * dot; x++) {
        if (rows[Math.floor(y / dot)][Math.floor(x / dot)] !== '#') continue;
        const at = ((y + 4) * tile.width + index * (WIDTH + 1) * dot + x) * 3;
        data.fill(40, at, at + 3);
      }
    }
  });
  return { data, width: tile.width, height: line, channels: 3 };
}

const entries = Object.entries(pictures);
const cell = { width: tile.width + 2 * margin, height: tile.height + line + margin };
const width = cell.width * columns;
const height = cell.height * Math.ceil(entries.length / columns) + margin;
let sheet = { data: new Uint8Array(width * height * 3).fill(255), width, height, channels: 3 };
entries.forEach(([name, picture], index) => {
  const left = (index % columns) * cell.width + margin;
  const top = Math.floor(index / columns) * cell.height + margin;
  sheet = image.composite(sheet, label(name), { left, top });
  sheet = image.composite(sheet, onSheet(picture), { left, top: top + line });
});

const target = process.argv[2] ?? fileURLToPath(new URL('docs/filters.jpg', root));
writeFileSync(target, image.encode(sheet, { format: 'jpeg', quality: 74 }));
