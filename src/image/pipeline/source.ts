import { fileURLToPath } from 'node:url';
import { types } from 'node:util';
import { arrayType } from '../../internal/array.ts';
import { argumentError, expected } from '../../internal/check.ts';
import { type Bytes, checkBytes, checkRaster, type Pixels, type Raster, type Shape } from '../raster.ts';

/** What a pipeline takes: the path or the file URL of an image file, its bytes, or pixels. */
export type ImageInput = string | URL | Bytes | Raster;

/** An input that has been found to be one. */
export type Source =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'bytes'; readonly bytes: Bytes }
  | { readonly kind: 'raster'; readonly data: Pixels; readonly shape: Shape };

/** What an input is. */
export function sourceOf(input: unknown): Source {
  if (typeof input === 'string' || isUrl(input)) return { kind: 'path', path: pathOf('input', input) };
  if (typeof input !== 'object' || input === null) {
    const what = 'a path, a file URL, the bytes of a file, or a raster';
    throw argumentError('ERR_INVALID_ARG_TYPE', expected('input', what, input));
  }
  if (arrayType(input) !== undefined) return { kind: 'bytes', bytes: checkBytes('input', input) };
  const { data, ...shape } = checkRaster(input);
  return { kind: 'raster', data, shape };
}

/** A path, from a string or a file URL. */
export function pathOf(name: string, value: unknown): string {
  if (isUrl(value)) {
    if (value.protocol === 'file:') return fileURLToPath(value.href);
  } else if (typeof value === 'string') {
    if (value !== '' && !value.includes('\0')) return value;
  } else {
    throw argumentError('ERR_INVALID_ARG_TYPE', expected(name, 'a path or a file URL', value));
  }
  const got = isUrl(value) ? value.href : value;
  throw argumentError('ERR_INVALID_ARG_VALUE', expected(name, 'a path or a file URL', got));
}

/** A URL of any realm. */
function isUrl(value: unknown): value is URL {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return false;
  const { href, protocol } = value as Partial<URL>;
  return typeof href === 'string' && typeof protocol === 'string';
}
