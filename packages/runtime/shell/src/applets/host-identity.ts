import type { Applet } from './applet.ts';
import { decodeLossy } from '../io/text.ts';

/** What a container says it is: linux on x64, like process.platform and process.arch. */
export const SYSTEM = {
  kernelName: 'Linux',
  kernelRelease: '6.1.0-slipway',
  kernelVersion: '#1 SMP Slipway',
  machine: 'x86_64',
  processor: 'unknown',
  hardwarePlatform: 'unknown',
  operatingSystem: 'GNU/Linux',
} as const;

/** The name in /etc/hostname; HOSTNAME where there is no such file. */
export const hostName = (context: Parameters<Applet>[0]): string => {
  const bytes = context.sys.fs.readFile('/etc/hostname');
  return typeof bytes === 'number' ? (context.env['HOSTNAME'] ?? 'localhost') : decodeLossy(bytes).trim();
};

/**
 * The uid of the container's one user: the one the environment
 * names, root where it names none or /etc/passwd does not know it.
 */
export function currentUser(context: Parameters<Applet>[0]): number {
  const name = context.env['USER'] ?? 'root';
  const bytes = context.sys.fs.readFile('/etc/passwd');
  const line =
    typeof bytes === 'number'
      ? undefined
      : decodeLossy(bytes)
          .split('\n')
          .find((entry) => entry.startsWith(`${name}:`));
  return Number(line?.split(':')[2] ?? 0);
}
