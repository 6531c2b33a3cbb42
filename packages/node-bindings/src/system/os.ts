/** internalBinding('os'). Reference: src/node_os.cc. */
import type { Foreign, Realm } from '../realm.ts';
import { monotonicMs } from './clock.ts';
import { currentUser } from './credentials.ts';
import { MACHINE } from './machine.ts';

const DEFAULT_HOSTNAME = 'localhost';

export function createOsBinding(realm: Realm): Foreign {
  // setpriority(2) has no effect on a worker, but a program may read back what it set.
  const priorities = new Map<number, number>();
  const cpuCount = realm.host.hardwareConcurrency;

  return {
    getHostname: () => readLine(realm, '/etc/hostname') ?? DEFAULT_HOSTNAME,
    getOSInformation: () => [MACHINE.type, MACHINE.version, MACHINE.release, MACHINE.machine],
    getHomeDirectory: () => (realm.process.env['HOME'] as string | undefined) || currentUser(realm).homedir,
    getLoadAvg: (values: Float64Array) => { values.fill(0); },
    getUptime: () => Math.floor(monotonicMs(realm) / 10) / 100,
    getTotalMem: () => MACHINE.totalMemory,
    getFreeMem: () => MACHINE.freeMemory,
    getAvailableParallelism: () => cpuCount,
    getCPUs() {
      // model, speed, then times: user, nice, sys, idle, irq
      const idle = Math.floor(monotonicMs(realm));
      return Array.from({ length: cpuCount }, () => [MACHINE.cpuModel, 0, 0, 0, 0, idle, 0]).flat();
    },
    getInterfaceAddresses() {
      // name, address, netmask, family, mac, internal, scope id (-1: none)
      const mac = '00:00:00:00:00:00';
      return [
        ...['lo', '127.0.0.1', '255.0.0.0', 'IPv4', mac, true, -1],
        ...['lo', '::1', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'IPv6', mac, true, 0],
      ];
    },
    getUserInfo(options: { encoding?: string } | null) {
      const user = currentUser(realm);
      const text = (value: string): Foreign => (options?.encoding === 'buffer' ? realm.requireBuiltin('buffer').Buffer.from(value) : value);
      return Object.assign(Object.create(null), {
        uid: user.uid, gid: user.gid, username: text(user.username), homedir: text(user.homedir), shell: text(user.shell),
      });
    },
    getPriority: (pid: number) => priorities.get(pid) ?? 0,
    setPriority(pid: number, priority: number) {
      priorities.set(pid, priority);
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
