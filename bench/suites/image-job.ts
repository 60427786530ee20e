/** The job of the tutorials: many photographs from files to files. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { cpuCount } from 'allcores';
import { decode, encode, pipeline } from 'allcores/image';
import { closeBytes, identical } from '../harness/agreement.ts';
import type { Case, Context, Rival, Suite } from '../harness/case.ts';
import { promised } from '../harness/contenders.ts';
import { lazy } from '../harness/lazy.ts';
import { PillowProcesses } from '../peers/pillow-processes.ts';
import { sharpFileRivals } from '../peers/sharp-files.ts';
import { photo } from './photo.ts';

const QUALITY = 85;

/** The suite `image-job`; `n` is the number of photographs, and the time is that of all. */
export const imageJob: Suite = (context: Context): Case[] => {
  const [width, height] = context.quick ? [600, 450] : [4000, 3000];
  const count = context.quick ? 4 : 64;
  const target = Math.round(width * 0.4);
  const cores = cpuCount();
  const { resources } = context;
  const inputs = lazy(() => photographs(join(resources.folder(), 'photographs'), count, width, height));
  const pillow = lazy(() => new PillowProcesses(resources, cores));

  const job = (task: string, { resized, sigma, shrinkOnLoad }: Job): Case => ({
    task,
    n: count,
    unit: 'ms',
    async open() {
      const outDir = (peer: string) => {
        const folder = join(resources.folder(), peer);
        mkdirSync(folder, { recursive: true });
        return folder;
      };
      const start = pipeline({ shrinkOnLoad });
      const chain = (resized ? start.resize({ width: target }) : start).gaussianBlur({ radius: sigma });
      const run = async () => {
        const options = { outDir: outDir('ours'), overwrite: true, errors: 'first' } as const;
        let last: string | undefined;
        for await (const { output } of chain.jpeg({ quality: QUALITY }).runAll(inputs(), options))
          last = output;
        return last;
      };
      const first = () => readFileSync(join(outDir('ours'), basename(inputs()[0] as string)));
      const ours = promised('runAll', run, async () => {
        await run();
        return decode(first(), { depth: 8 }).data;
      });
      const turn = async () => {
        const folder = outDir('in-turn');
        for (const path of inputs()) {
          await writeFile(join(folder, basename(path)), await chain.jpeg({ quality: QUALITY }).async(path));
        }
      };
      const inTurn: Rival = {
        peer: 'one after another',
        agreement: identical,
        settings: [
          promised('async and node:fs', turn, async () => {
            await turn();
            return decode(readFileSync(join(outDir('in-turn'), basename(inputs()[0] as string))), {
              depth: 8,
            }).data;
          }),
        ],
      };
      if (!context.peers) return { ours, rivals: [inTurn] };
      const size: readonly [number, number] | null = resized ? [target, Math.round(height * 0.4)] : null;
      const both = { inputs: inputs(), quality: QUALITY };
      return {
        ours,
        rivals: [
          inTurn,
          ...(await sharpFileRivals(
            {
              ...both,
              outputs: inputs().map((path) => join(outDir('sharp'), basename(path))),
              width: resized ? target : undefined,
              sigma,
              shrinkOnLoad,
            },
            cores,
            closeBytes(6),
          )),
          pillow().rival(
            { ...both, out: outDir('pillow'), size, radius: sigma, draft: shrinkOnLoad },
            identical,
          ),
        ],
      };
    },
  });

  const small = 'JPEG files → 1600 wide → blur 2 → JPEG 85';
  return [
    job(`${small}, scaled decoding`, { resized: true, sigma: 2, shrinkOnLoad: true }),
    job(`${small}, full decoding`, { resized: true, sigma: 2, shrinkOnLoad: false }),
    job('JPEG files → blur 15 → JPEG 85', { resized: false, sigma: 15, shrinkOnLoad: false }),
  ];
};

interface Job {
  readonly resized: boolean;
  readonly sigma: number;
  readonly shrinkOnLoad: boolean;
}

/** Files of photographs that are all different: the picture begins somewhere else in each. */
function photographs(folder: string, count: number, width: number, height: number): string[] {
  mkdirSync(folder, { recursive: true });
  const { data } = photo(width + count, height);
  const row = (width + count) * 3;
  return Array.from({ length: count }, (_, index) => {
    const part = new Uint8Array(width * height * 3);
    for (let y = 0; y < height; y++) {
      const from = y * row + index * 3;
      part.set(data.subarray(from, from + width * 3), y * width * 3);
    }
    const path = join(folder, `${String(index).padStart(3, '0')}.jpg`);
    writeFileSync(path, encode({ data: part, width, height, channels: 3 }, { format: 'jpeg', quality: 90 }));
    return path;
  });
}
