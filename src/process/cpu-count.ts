import { call, native } from '../internal/native.ts';

/**
 * The cores that this process may use, at least 1: `ALLCORES_WORKERS` when it is set, else the
 * least of the processor affinity and the container's quota (cgroup v1 and v2).
 *
 * @throws {TypeError} when `ALLCORES_WORKERS` is not an integer from 1 to 4096.
 * @example
 * import { cpuCount } from 'allcores';
 *
 * console.log(cpuCount() >= 1); // true
 */
export function cpuCount(): number {
  return call(() => native.cores());
}
