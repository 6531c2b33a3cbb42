import { readdirSync, readFileSync } from 'node:fs';

/** Every process below a leader, found by walking parents: Chromium's helpers change their group. */
export function listProcessTree(leader: number): number[] {
  return readTree(leader).map(({ pid }) => pid);
}

/**
 * Memory of the tree, shared pages counted once (PSS), so that one file system in shared memory
 * does not count in every worker.
 */
export function treeMemoryBytes(leader: number): number {
  return listProcessTree(leader).reduce((sum, pid) => sum + memoryBytes(pid), 0);
}

/** The kernel counts resident pages on each processor, and adds them up when there are some dozens. */
const LAG = 0.75;

/**
 * {@link treeMemoryBytes} of a tree that may have more than so much; undefined for one that has not. To tell PSS the
 * kernel walks every page, which takes milliseconds for each process; what is resident it has counted already, and that
 * is never less.
 */
export function treeMemoryAbove(leader: number, limitBytes: number): number | undefined {
  const tree = readTree(leader);
  const resident = tree.reduce((sum, { pid }) => sum + residentBytes(pid), 0);
  if (resident <= limitBytes * LAG) return undefined;
  const used = tree.reduce((sum, { pid }) => sum + memoryBytes(pid), 0);
  return used > limitBytes ? used : undefined;
}

interface ProcessRead {
  readonly pid: number;
  readonly parent: number;
}

function readTree(leader: number): ProcessRead[] {
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (readProcess(Number(name)) ?? []) : []));
  const children = Map.groupBy(all, ({ parent }) => parent);
  const tree: ProcessRead[] = [];
  for (const queue = all.filter(({ pid }) => pid === leader); queue.length > 0;) {
    const next = queue.pop();
    if (next === undefined) break;
    tree.push(next);
    queue.push(...(children.get(next.pid) ?? []));
  }
  return tree;
}

/** Ticks of Linux's accounting in a second; every kernel that is built tells programs this number. */
const TICKS_A_SECOND = 100;

/** What processes have computed so far, in seconds; those that are gone count no more. */
export function cpuSeconds(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + cpuTicks(pid), 0) / TICKS_A_SECOND;
}

/** utime and stime of proc_pid_stat(5): the 14th and 15th field, of which two come before the name's end. */
function cpuTicks(pid: number): number {
  const stat = readProc(`/proc/${pid}/stat`);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
}

/** VmRSS of proc_pid_status(5); 0 for one that is gone. */
function residentBytes(pid: number): number {
  const text = readProc(`/proc/${pid}/status`);
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(text ?? '')?.[1] ?? 0) * 1024;
}

/** Memory of one process (PSS); 0 for one that is gone. */
export function memoryBytes(pid: number): number {
  const text = readProc(`/proc/${pid}/smaps_rollup`);
  return Number(/^Pss:\s+(\d+) kB$/m.exec(text ?? '')?.[1] ?? 0) * 1024;
}

/**
 * The processes, but this one, that have this text in their arguments or environment; a zombie has neither. What left
 * its group, its session or its parent is found too.
 */
export function listProcessesOf(text: string): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => ['cmdline', 'environ'].some((file) => readProc(`/proc/${name}/${file}`)?.includes(text)))
    .map(Number);
}

/** A negative pid is a process group, as for kill(2). One that is gone needs none. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function readProcess(pid: number): ProcessRead | undefined {
  const stat = readProc(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The name in parentheses may hold anything; the state follows it, and the parent.
  return { pid, parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) };
}

/** Undefined for a process that ended in between, or may not be looked at. */
function readProc(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES' || code === 'EPERM') return undefined;
    throw error;
  }
}
