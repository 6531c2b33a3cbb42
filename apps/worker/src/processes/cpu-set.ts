import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

let next = 0;

/**
 * The command in front of another one that leaves it so many of this machine's cores: Chromium and Node count those
 * that
 * they may use. Sandboxes get different ones in turn. Empty where there are no more, or the machine has no taskset(1).
 */
export function cpuPrefix(cpu: number): string[] {
  const allowed = allowedCpus();
  if (cpu >= allowed.length || spawnSync('taskset', ['--version']).status !== 0) return [];
  const chosen = Array.from({ length: cpu }, (_, at) => allowed[(next + at) % allowed.length]);
  next = (next + cpu) % allowed.length;
  return ['taskset', '-c', chosen.join(',')];
}

/** The cores that this process may use, as the kernel lists them: `0-2,5`. */
function allowedCpus(): number[] {
  if (process.platform !== 'linux') return [];
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
  return list.split(',').flatMap((range) => {
    const [from = 0, to = from] = range.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, at) => from + at);
  });
}
