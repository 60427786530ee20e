/** `allcores image`. */

import { extname, join } from 'node:path';
import type { BatchProgress } from '../image/pipeline/batch.ts';
import { extensions, type Format } from '../image/pipeline/encoders.ts';
import { type ImageCommand, readImageCommand } from './image-options.ts';
import { findInputs, type InputFile } from './inputs.ts';
import { barReport, duration, isKept, jsonReport, plainReport, type Report } from './report.ts';
import { UsageError } from './usage-error.ts';

/** What the program is told from outside. */
export interface Surroundings {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly signal: AbortSignal;
}

interface Tally {
  written: number;
  kept: number;
  readonly failures: string[];
}

/** Runs the command; gives its exit code. */
export async function imageCommand(args: readonly string[], around: Surroundings): Promise<number> {
  const command = readImageCommand(args);
  const { files, missing } = await findInputs(command.words, command);
  const begun = performance.now();
  const tally: Tally = { written: 0, kept: 0, failures: [...missing] };
  const report = reportFor(command, around);
  try {
    await run(command, files, report, tally, around.signal);
  } catch (error) {
    if (!around.signal.aborted) throw error;
  } finally {
    report.end();
  }
  const interrupted = around.signal.aborted;
  summarize(command, tally, { interrupted, seconds: (performance.now() - begun) / 1000, around });
  if (interrupted) return around.signal.reason as number;
  return tally.failures.length > 0 ? 1 : 0;
}

async function run(
  command: ImageCommand,
  files: readonly InputFile[],
  report: Report,
  tally: Tally,
  signal: AbortSignal,
): Promise<void> {
  const outputs = outputsOf(command, files);
  let before = 0;
  const begun = performance.now();
  for (const [format, group] of byFormat(command, files)) {
    const results = command.pipelineTo(format).runAll(
      group.map(({ path }) => path),
      {
        output: (_, index) => outputs.get(group[index] as InputFile) as string,
        overwrite: command.overwrite,
        signal,
        onProgress: ({ done }: BatchProgress) =>
          report.progress({
            done: before + done,
            failed: tally.failures.length,
            total: files.length,
            elapsed: performance.now() - begun,
          }),
        ...(command.concurrency === undefined ? {} : { concurrency: command.concurrency }),
      },
    );
    for await (const result of results) {
      if (result.error === undefined) tally.written++;
      else if (isKept(result.error)) tally.kept++;
      else tally.failures.push(result.error.message);
      report.result(result);
    }
    before += group.length;
  }
}

/** The files by the format of their results, which is their own when none is asked for. */
function byFormat({ format }: ImageCommand, files: readonly InputFile[]): Map<Format, InputFile[]> {
  const groups = new Map<Format, InputFile[]>();
  for (const file of files) {
    const to = format ?? formatOf(file.path);
    const group = groups.get(to);
    if (group === undefined) groups.set(to, [file]);
    else group.push(file);
  }
  return groups;
}

function formatOf(path: string): Format {
  const ending = extname(path).toLowerCase();
  const known = Object.entries(extensions).find(([, endings]) =>
    (endings as readonly string[]).includes(ending),
  );
  return (known?.[0] ?? 'jpeg') as Format;
}

/** Where each result goes; refuses two that would go to one place. */
function outputsOf(command: ImageCommand, files: readonly InputFile[]): Map<InputFile, string> {
  const outputs = new Map<InputFile, string>();
  const owners = new Map<string, string>();
  for (const file of files) {
    const endings: readonly string[] = extensions[command.format ?? formatOf(file.path)];
    const ending = extname(file.relative);
    const name = endings.includes(ending.toLowerCase())
      ? file.relative
      : `${file.relative.slice(0, file.relative.length - ending.length)}${endings[0]}`;
    const output = join(command.outDir, name);
    const owner = owners.get(output);
    if (owner !== undefined) {
      throw new UsageError(`${owner} and ${file.path} would both be written to ${output}`);
    }
    owners.set(output, file.path);
    outputs.set(file, output);
  }
  return outputs;
}

function reportFor({ json }: ImageCommand, { stdout }: Surroundings): Report {
  const write = (text: string) => void stdout.write(text);
  if (json) return jsonReport(write);
  return stdout.isTTY ? barReport(write, () => stdout.columns || 80) : plainReport(write);
}

function summarize(
  { json }: ImageCommand,
  { written, kept, failures }: Tally,
  { interrupted, seconds, around }: { interrupted: boolean; seconds: number; around: Surroundings },
): void {
  const { stdout, stderr } = around;
  if (json) {
    const summary = {
      written,
      kept,
      failed: failures.length,
      interrupted,
      seconds: Number(seconds.toFixed(3)),
    };
    stdout.write(`${JSON.stringify({ summary })}\n`);
  } else {
    const rate = seconds > 0 ? (written / seconds).toFixed(1) : '0';
    const parts = [`${written} written in ${duration(seconds)} (${rate}/s)`];
    if (kept > 0) parts.push(`${kept} kept, which were there (--overwrite replaces them)`);
    if (failures.length > 0) parts.push(`${failures.length} failed`);
    if (interrupted) parts.push('interrupted');
    stdout.write(`${parts.join(', ')}\n`);
  }
  for (const failure of failures) stderr.write(`${failure}\n`);
}
