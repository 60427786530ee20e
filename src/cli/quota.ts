import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The cores that the control group of this process may use, as a fraction; undefined when nothing limits it. */
export function cpuQuota(): number | undefined {
  const limits = read('/proc/self/cgroup')
    .split('\n')
    .flatMap((line) => {
      const [, controllers, path = ''] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
      if (controllers === '') return upwards('/sys/fs/cgroup', path).map(ofVersion2);
      if (!controllers?.split(',').includes('cpu')) return [];
      return upwards(`/sys/fs/cgroup/${controllers}`, path).map(ofVersion1);
    })
    .filter((limit) => limit !== undefined);
  return limits.length === 0 ? undefined : Math.min(...limits);
}

/** A group and those that it lies in. */
function upwards(root: string, path: string): string[] {
  const groups = [];
  for (let group = path; ; group = dirname(group)) {
    groups.push(join(root, group));
    if (group === '/' || group === '' || group === '.') return groups;
  }
}

function ofVersion2(group: string): number | undefined {
  const [, quota, period] = /^(\d+) (\d+)/.exec(read(join(group, 'cpu.max'))) ?? [];
  return quota === undefined ? undefined : Number(quota) / Number(period);
}

function ofVersion1(group: string): number | undefined {
  const quota = Number(read(join(group, 'cpu.cfs_quota_us')) || -1);
  const period = Number(read(join(group, 'cpu.cfs_period_us')));
  return quota > 0 && period > 0 ? quota / period : undefined;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
