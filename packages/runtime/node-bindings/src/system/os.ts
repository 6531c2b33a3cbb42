import { Errno } from '@slipway/posix';
import type { Foreign, Realm } from '../realm/realm.ts';
import { monotonicMs } from './clock.ts';
import { currentUser } from './credentials.ts';
import { MACHINE } from './machine.ts';
import { uvNameAndText } from '../realm/uv-exception.ts';

const MOST_CORES = 1024;
const DEFAULT_HOSTNAME = 'localhost';

/**
 * internalBinding('os'). Reference: src/node_os.cc. The machine is invented (machine.ts), since a page may not know
 * the real one; the user comes from the container's files.
 */
export function createOsBinding(realm: Realm): Foreign {
  // setpriority(2) has no effect on a worker, but a program may read back what it set.
  const priorities = new Map<number, number>();
  // SLIPWAY_CORES: builds that have to come out the same on every machine are told the same number.
  const cpuCount = (): number => {
    const told = Number(realm.process.env['SLIPWAY_CORES'] ?? 0);
    return Number.isInteger(told) && told > 0 && told <= MOST_CORES ? told : realm.host.hardwareConcurrency;
  };

  /**
   * The pid that is meant, or `undefined` where no such process lives,
   * which signal 0 finds out. 0 is the process itself.
   */
  const processOf = (pid: number): number | undefined => {
    const own = realm.sys.start.pid;
    if (pid === 0 || pid === own) return own;
    return pid > 0 && realm.sys.kernel.kill(pid, '0') === 0 ? pid : undefined;
  };
  /** Environment::CollectUVExceptionInfo: lib throws a SystemError of what is put into `context`. */
  const failed = (context: Foreign, errno: number, syscall: string): undefined => {
    const [code, message] = uvNameAndText(realm, errno);
    Object.assign(context, { errno, code, message, syscall });
    return undefined;
  };

  return {
    getHostname: () => readLine(realm, '/etc/hostname') ?? DEFAULT_HOSTNAME,
    getOSInformation: () => [MACHINE.type, MACHINE.version, MACHINE.release, MACHINE.machine],
    getHomeDirectory: () => (realm.process.env['HOME'] as string | undefined) || currentUser(realm).homedir,
    getLoadAvg: (values: Float64Array) => {
      values.fill(0);
    },
    // Seconds with two decimals, as /proc/uptime has them. Counted from the epoch of `monotonicMs` (2025-01-01): a page
    // is not told when the machine started.
    getUptime: () => Math.floor(monotonicMs(realm) / 10) / 100,
    getTotalMem: () => MACHINE.totalMemory,
    getFreeMem: () => MACHINE.freeMemory,
    getAvailableParallelism: cpuCount,
    getCPUs() {
      // model, speed, then times: user, nice, sys, idle, irq
      // Milliseconds since the clock's epoch: all idle, so that load computed from differences is 0.
      const idle = Math.floor(monotonicMs(realm));
      return Array.from({ length: cpuCount() }, () => [MACHINE.cpuModel, 0, 0, 0, 0, idle, 0]).flat();
    },
    getInterfaceAddresses() {
      // name, address, netmask, family, mac, internal, scope id (-1: none)
      const mac = '00:00:00:00:00:00';
      // A flat list, seven entries for each address (GetInterfaceAddresses).
      return [
        ...['lo', '127.0.0.1', '255.0.0.0', 'IPv4', mac, true, -1],
        ...['lo', '::1', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'IPv6', mac, true, 0],
      ];
    },
    getUserInfo(options: { encoding?: string } | null) {
      const user = currentUser(realm);
      const text = (value: string): Foreign =>
        options?.encoding === 'buffer' ? realm.requireBuiltin('buffer').Buffer.from(value) : value;
      return Object.assign(Object.create(null), {
        uid: user.uid,
        gid: user.gid,
        username: text(user.username),
        homedir: text(user.homedir),
        shell: text(user.shell),
      });
    },
    getPriority(pid: number, context: Foreign) {
      const process = processOf(pid);
      return process === undefined ? failed(context, Errno.ESRCH, 'uv_os_getpriority') : (priorities.get(process) ?? 0);
    },
    setPriority(pid: number, priority: number, context: Foreign) {
      const process = processOf(pid);
      if (process === undefined) {
        failed(context, Errno.ESRCH, 'uv_os_setpriority');
        return Errno.ESRCH;
      }
      priorities.set(process, priority);
      return 0;
    },
    isBigEndian: false,
  };
}

function readLine(realm: Realm, path: string): string | undefined {
  const bytes = realm.sys.fs.readFile(path);
  if (typeof bytes === 'number') return undefined;
  return new realm.host.classes.TextDecoder().decode(bytes).split('\n')[0] || undefined;
}
