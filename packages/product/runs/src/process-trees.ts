import type { OpenPort, ProcessInfo } from '@slipway/wire';

/** A process and everything that it has started, by the table. A zombie has ended. */
export function treeOf(processes: readonly ProcessInfo[], top: number): ProcessInfo[] {
  const children = new Map<number, ProcessInfo[]>();
  for (const process of processes) {
    if (process.state === 'zombie') continue;
    const siblings = children.get(process.ppid);
    if (siblings === undefined) children.set(process.ppid, [process]);
    else siblings.push(process);
  }
  const found = processes.filter(({ pid, state }) => pid === top && state !== 'zombie');
  const seen = new Set(found.map(({ pid }) => pid));
  for (let at = 0; at < found.length; at++)
    for (const child of children.get(found[at]?.pid ?? 0) ?? []) {
      if (seen.has(child.pid)) continue;
      seen.add(child.pid);
      found.push(child);
    }
  return found;
}

const PACKAGE_MANAGER = /(^|\/)(npm|npx|pnpm|pnpx|yarn|yarnpkg|bun)(-cli)?(\.[cm]?js)?$/;

/**
 * Runs that somebody typed into a terminal (RN-04): what hangs below an interactive shell, and either is
 * a package manager at work or has a port open. Editors, watchers and plain commands are left alone.
 */
export function typedRuns(processes: readonly ProcessInfo[], ports: readonly OpenPort[]): ProcessInfo[][] {
  const shells = new Set(processes.filter(isInteractiveShell).map(({ pid }) => pid));
  const listening = new Set(ports.map(({ pid }) => pid));
  return processes
    .filter(({ ppid, state }) => shells.has(ppid) && state !== 'zombie')
    .map(({ pid }) => treeOf(processes, pid))
    .filter(
      ([top, ...rest]) =>
        top !== undefined && (isPackageManager(top) || [top, ...rest].some(({ pid }) => listening.has(pid))),
    );
}

function isInteractiveShell({ command, args }: ProcessInfo): boolean {
  return /(^|\/)(jsh|sh|bash)$/.test(command) && args.every((arg) => arg.startsWith('-') && !/^-[a-z]*c$/.test(arg));
}

function isPackageManager({ command, args }: ProcessInfo): boolean {
  return [command, args[0] ?? ''].some((word) => PACKAGE_MANAGER.test(word));
}
