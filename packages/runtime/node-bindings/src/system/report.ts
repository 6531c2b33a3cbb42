import type { Foreign, Realm } from '../realm/realm.ts';
import { MACHINE, MEMORY } from './machine.ts';
import { uptimeMs, wallClockMs } from './clock.ts';

/** `process.report`'s settings: from the command line first, then as the program sets them. */
interface ReportSettings {
  compact: boolean;
  excludeNetwork: boolean;
  excludeEnv: boolean;
  directory: string;
  filename: string;
  signal: string;
  onFatalError: boolean;
  onSignal: boolean;
  onUncaughtException: boolean;
}

/**
 * internalBinding('report'). Reference: src/node_report.cc. Programs read
 * `header` to learn the C library (detect-libc), so the shape is complete.
 */
export function createReportBinding(realm: Realm): Foreign {
  const option = (name: string): Foreign => realm.requireBuiltin('internal/options').getOptionValue(name);
  let chosen: ReportSettings | undefined;
  // The command line is known only once the process has started.
  const settings = (): ReportSettings =>
    (chosen ??= {
      compact: option('--report-compact') === true,
      excludeNetwork: option('--report-exclude-network') === true,
      excludeEnv: option('--report-exclude-env') === true,
      directory: option('--report-dir') as string,
      filename: option('--report-filename') as string,
      signal: (option('--report-signal') as string) || 'SIGUSR2',
      onFatalError: option('--report-on-fatalerror') === true,
      onSignal: option('--report-on-signal') === true,
      onUncaughtException: option('--report-uncaught-exception') === true,
    });
  // Part of the default name, so that two reports of one second differ.
  let sequence = 0;

  return {
    getReport: (error: unknown) =>
      JSON.stringify(makeReport(realm, settings(), 'JavaScript API', 'GetReport', null, error)),
    writeReport(message: string, trigger: string, file: string | undefined, error: unknown) {
      const { directory, filename, compact } = settings();
      const name = file ?? (filename || defaultName(realm, (sequence += 1)));
      const path = realm.sys.absolute(directory === '' ? name : `${directory}/${name}`);
      const report = makeReport(realm, settings(), message, trigger, name, error);
      const text = `${JSON.stringify(report, null, compact ? undefined : 2)}\n`;
      const encoder = new realm.host.classes.TextEncoder();
      const errno = realm.sys.fs.writeFile(path, encoder.encode(text), 0o644);
      // Straight to descriptor 2: `process.stderr` may be what is dying.
      const tell = (message: string): void => {
        realm.sys.descriptors.write(2, encoder.encode(message), null);
      };
      // No exception: a report is written while a process dies, and must not add to that.
      if (errno < 0) {
        tell(
          `\nFailed to open Node.js report file: ${name} ` +
            `${directory === '' ? '' : `directory: ${directory} `}(errno: ${-errno})\n`,
        );
        return '';
      }
      tell(`\nWriting Node.js report to file: ${name}\nNode.js report completed\n`);
      return name;
    },
    getCompact: () => settings().compact,
    setCompact: (value: boolean) => {
      settings().compact = value;
    },
    getExcludeNetwork: () => settings().excludeNetwork,
    setExcludeNetwork: (value: boolean) => {
      settings().excludeNetwork = value;
    },
    getExcludeEnv: () => settings().excludeEnv,
    setExcludeEnv: (value: boolean) => {
      settings().excludeEnv = value;
    },
    getDirectory: () => settings().directory,
    setDirectory: (value: string) => {
      settings().directory = value;
    },
    getFilename: () => settings().filename,
    setFilename: (value: string) => {
      settings().filename = value;
    },
    getSignal: () => settings().signal,
    setSignal: (value: string) => {
      settings().signal = value;
    },
    shouldReportOnFatalError: () => settings().onFatalError,
    setReportOnFatalError: (value: boolean) => {
      settings().onFatalError = value;
    },
    shouldReportOnSignal: () => settings().onSignal,
    setReportOnSignal: (value: boolean) => {
      settings().onSignal = value;
    },
    shouldReportOnUncaughtException: () => settings().onUncaughtException,
    setReportOnUncaughtException: (value: boolean) => {
      settings().onUncaughtException = value;
    },
  };
}

/** `report.20240131.120000.12.0.001.json` */
function defaultName(realm: Realm, sequence: number): string {
  const stamp = new Date(wallClockMs(realm)).toISOString().replace(/[-:]/g, '').replace('T', '.').slice(0, 15);
  return `report.${stamp}.${realm.sys.start.pid}.${threadId(realm)}.${String(sequence).padStart(3, '0')}.json`;
}

function threadId(realm: Realm): number {
  return realm.sys.start.thread?.threadId ?? 0;
}

/** Every member that Node's has, in its order; what a tab cannot know is 0 or empty. */
function makeReport(
  realm: Realm,
  settings: ReportSettings,
  event: string,
  trigger: string,
  filename: string | null,
  error: unknown,
): Foreign {
  const now = wallClockMs(realm);
  const { process } = realm;
  const seconds = uptimeMs(realm) / 1000;
  // Anything can be thrown, so nothing of an error is relied on.
  const { code, stack = '' } = (error ?? {}) as { code?: unknown; stack?: string };
  const [message = '', ...frames] = String(stack).split('\n');
  return {
    header: {
      reportVersion: 5,
      event,
      trigger,
      filename,
      dumpEventTime: `${new Date(now).toISOString().slice(0, 19)}Z`,
      dumpEventTimeStamp: String(Math.floor(now)),
      processId: realm.sys.start.pid,
      threadId: threadId(realm),
      cwd: realm.sys.cwd(),
      commandLine: [...realm.sys.start.argv],
      nodejsVersion: realm.data.process.version,
      glibcVersionRuntime: MACHINE.glibc,
      glibcVersionCompiler: '2.28',
      wordSize: 64,
      arch: process.arch,
      platform: process.platform,
      componentVersions: { ...realm.data.process.versions },
      release: { ...realm.data.process.release },
      osName: MACHINE.type,
      osRelease: MACHINE.release,
      osVersion: MACHINE.version,
      osMachine: MACHINE.machine,
      cpus: Array.from({ length: realm.host.hardwareConcurrency }, () => ({
        model: MACHINE.cpuModel,
        speed: 0,
        user: 0,
        nice: 0,
        sys: 0,
        idle: 0,
        irq: 0,
      })),
      ...(settings.excludeNetwork
        ? {}
        : {
            networkInterfaces: [
              {
                name: 'lo',
                internal: true,
                mac: '00:00:00:00:00:00',
                address: '127.0.0.1',
                netmask: '255.0.0.0',
                family: 'IPv4',
              },
            ],
          }),
      host: realm.internalBinding('os').getHostname(),
    },
    javascriptStack: {
      message,
      stack: frames.map((frame) => frame.trim()),
      errorProperties: code === undefined ? {} : { code: String(code) },
    },
    javascriptHeap: {
      totalMemory: MEMORY.heapTotal,
      usedMemory: MEMORY.heapUsed,
      memoryLimit: MACHINE.heapLimit,
      availableMemory: MACHINE.heapLimit - MEMORY.heapUsed,
      heapSpaces: {},
    },
    nativeStack: [],
    resourceUsage: {
      free_memory: MACHINE.freeMemory,
      total_memory: MACHINE.totalMemory,
      rss: MEMORY.rss,
      userCpuSeconds: seconds,
      kernelCpuSeconds: 0,
      maxRss: MEMORY.rss,
    },
    uvthreadResourceUsage: { userCpuSeconds: seconds, kernelCpuSeconds: 0 },
    libuv: [],
    workers: [],
    ...(settings.excludeEnv ? {} : { environmentVariables: { ...process.env } }),
    userLimits: {},
    // The one that tools look for, to learn that this is no musl: yarn leaves out packages that name a libc else.
    sharedObjects: ['/lib/x86_64-linux-gnu/libc.so.6'],
  };
}
