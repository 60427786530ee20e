/** One image through a pipeline: the calls to the native side. */

import { isShared } from '../../internal/array.ts';
import { holdInput } from '../../internal/hold.ts';
import { startJob } from '../../internal/job.ts';
import { call, native } from '../../internal/native.ts';
import type { Bytes, Pixels, Raster } from '../raster.ts';
import { aboutFile, type FileFailure, fileError, isFileFailure } from './failure.ts';
import type { Source } from './source.ts';

/** Where the file that a pipeline makes is written. */
export interface Target {
  readonly path: string;
  /** Whether a file that is there is replaced. */
  readonly overwrite: boolean;
  /** Part of the temporary name. */
  readonly tag: string;
}

/** What came out. */
export interface Made {
  /** A file's bytes, or samples; undefined when they were written to a file. */
  readonly data: Pixels | undefined;
  readonly width: number;
  readonly height: number;
  readonly channels: Raster['channels'];
  /** Bytes of the file, or of the samples. */
  readonly size: number;
}

/** Runs a pipeline, given as JSON, on one image now. */
export function runNow(pipeline: string, source: Source): Made {
  return withPath(source, () => {
    const data = source.kind === 'path' ? undefined : source.kind === 'bytes' ? source.bytes : source.data;
    // A decoder steers by what it reads, so nobody may change the bytes under it.
    const input = source.kind === 'bytes' && isShared(source.bytes) ? new Uint8Array(source.bytes) : data;
    return made(
      call(() => native.runPipeline(pipeline, pathIn(source), input, shapeIn(source))),
      source,
    );
  });
}

/** Runs a pipeline on one image on a native thread. */
export async function runLater(
  pipeline: string,
  source: Source,
  signal: AbortSignal | undefined,
  target?: Target,
): Promise<Made> {
  try {
    const data = heldData(source);
    const job = (id: number) =>
      native.startPipeline(id, pipeline, pathIn(source), data, shapeIn(source), target);
    return made(await startJob(job, signal), source, target);
  } catch (error) {
    throw source.kind === 'path' && error !== signal?.reason ? aboutFile(error, source.path) : error;
  }
}

/**
 * The bytes that a run will take, the input's among them; refuses what the header shows that cannot work, and a
 * target that is there and must be kept.
 */
export async function memoryOf(
  pipeline: string,
  source: Source,
  signal: AbortSignal | undefined,
  target?: Target,
): Promise<number> {
  switch (source.kind) {
    case 'path': {
      const kept = target === undefined || target.overwrite ? undefined : target.path;
      try {
        const found = await startJob(
          (id) => native.startPipelineMemory(id, pipeline, source.path, kept),
          signal,
        );
        return listOf(found, source, target)[0] as number;
      } catch (error) {
        throw error !== signal?.reason ? aboutFile(error, source.path) : error;
      }
    }
    case 'bytes': {
      const bytes = isShared(source.bytes) ? new Uint8Array(source.bytes) : source.bytes;
      return source.bytes.length + call(() => native.pipelineMemory(pipeline, bytes));
    }
    case 'raster':
      return call(() => native.pipelineRasterMemory(pipeline, source.data, source.shape));
  }
}

function heldData(source: Source): Bytes | Pixels | undefined {
  switch (source.kind) {
    case 'path':
      return undefined;
    case 'bytes':
      return new Uint8Array(source.bytes); // see `runNow`
    case 'raster':
      return holdInput('input.data', source.data);
  }
}

function pathIn(source: Source): string | undefined {
  return source.kind === 'path' ? source.path : undefined;
}

function shapeIn(source: Source) {
  return source.kind === 'raster' ? source.shape : undefined;
}

function made(result: unknown, source: Source, target?: Target): Made {
  const [data, width, height, channels, size] = listOf(result, source, target);
  return { data, width, height, channels, size } as Made;
}

/** The list that a job gives, or the error that it stands for. */
function listOf(result: unknown, source: Source, target: Target | undefined): readonly unknown[] {
  const list = result as readonly unknown[];
  if (!isFileFailure(list)) return list;
  const failure: FileFailure = list;
  const path = failure[0] === 'output' ? target?.path : pathIn(source);
  throw fileError(failure, path ?? '');
}

function withPath<R>(source: Source, run: () => R): R {
  try {
    return run();
  } catch (error) {
    throw source.kind === 'path' ? aboutFile(error, source.path) : error;
  }
}
