import { Errno } from '@slipway/posix';
import type { Foreign, Realm } from '../realm/realm.ts';
import { kernelMessagesOf } from '../handles/kernel-messages.ts';
import { createStandIns, loadAddon } from './load-addon.ts';
import { createEndMethods } from './process-end.ts';
import { createProcessUsage } from './process-usage.ts';
import { signalName } from './signal-names.ts';
import { gc } from '../system/collect-garbage.ts';
import { openHandlesOf } from '../handles/handle-wrap.ts';
import { parseDotenv } from '../realm/dotenv.ts';
import { processOptions } from '../system/env-files.ts';
import { uvException } from '../realm/uv-exception.ts';
import { hasV8Flag } from '../system/v8-flags.ts';

/** internal/timers: immediateInfo[kRefCount]. */
const IMMEDIATE_REF_COUNT = 1;

/**
 * internalBinding('process_methods'). Reference: src/node_process_methods.cc.
 * bootstrap/node puts most members on `process` as they are.
 */
export function createProcessMethodsBinding(realm: Realm): Foreign {
  return {
    ...createProcessUsage(realm),
    ...createEndMethods(realm),

    cwd() {
      return realm.sys.cwd();
    },
    chdir(path: string) {
      const from = realm.sys.cwd();
      const errno = realm.sys.chdir(path);
      // Node's message names both directories.
      if (errno < 0) throw uvException(realm, errno, { syscall: 'chdir', path: from, dest: path });
    },
    umask(mask: number | undefined) {
      return realm.sys.umask(mask);
    },

    _kill(pid: number, signal: number) {
      const name = signalName(signal);
      if (name === undefined) return Errno.EINVAL;
      // A watchdog of vm wants to know before the signal is on its way.
      if (pid === realm.sys.start.pid) kernelMessagesOf(realm).sendsItself(name);
      const errno = realm.sys.kernel.kill(pid, name);
      // A signal to itself is there when kill(2) returns: the loop must not end before its message has come.
      if (errno === 0 && pid === realm.sys.start.pid) kernelMessagesOf(realm).expectSignal(name);
      return errno;
    },
    _rawDebug(text: string) {
      realm.sys.descriptors.write(2, new realm.host.classes.TextEncoder().encode(`${text}\n`), null);
    },
    // Requests are not counted; a program uses these to find leaks, not to decide.
    _getActiveRequests: () => [],
    /** GetActiveHandles: lib's objects where it has one for a handle. */
    _getActiveHandles() {
      const { owner_symbol } = realm.symbols as { owner_symbol: symbol };
      return openHandlesOf(realm).map((handle) => (Reflect.get(handle, owner_symbol) as unknown) ?? handle);
    },
    /** GetActiveResourcesInfo: handles, timers and immediates; requests are not counted here. */
    getActiveResourcesInfo() {
      const { timeoutInfo, immediateInfo } = realm.internalBinding('timers') as {
        timeoutInfo: Int32Array;
        immediateInfo: Uint32Array;
      };
      return [
        ...openHandlesOf(realm).map((handle) => handle.resourceName),
        ...new Array<string>(timeoutInfo[0]!).fill('Timeout'),
        ...new Array<string>(immediateInfo[IMMEDIATE_REF_COUNT]!).fill('Immediate'),
      ];
    },

    dlopen: (module: { exports: unknown }, filename: string) => loadAddon(realm, module, String(filename)),
    // Ours: the loader of CommonJS asks before it says that a module cannot be found.
    standInFor: createStandIns(realm),
    _debugProcess(): never {
      throw new Error('Cannot debug another process: there is no inspector');
    },
    _debugEnd() {
      // No inspector runs, so there is nothing to end.
    },

    // PatchProcessObject: `boot/process-object.ts` has set the rest before lib asks.
    patchProcessObject(process: Foreign) {
      const { values, envFiles } = processOptions(realm);
      if (values.text('--title') !== '') process.title = values.text('--title');
      for (const [name, value] of Object.entries(envFiles.variables)) {
        // The real environment wins over --env-file.
        if (process.env[name] === undefined) process.env[name] = value;
      }
      // V8 flags that a program can see the effect of.
      (Error as unknown as { stackTraceLimit: number }).stackTraceLimit = values.number('--stack-trace-limit');
      if (hasV8Flag(realm, 'expose-gc')) {
        Object.defineProperty(globalThis, 'gc', { value: gc, writable: true, enumerable: false, configurable: true });
      }
    },
    loadEnvFile(path: string = '.env') {
      const bytes = realm.sys.fs.readFile(realm.sys.absolute(path));
      if (typeof bytes === 'number')
        throw uvException(realm, bytes === 0 ? Errno.ENOENT : bytes, { syscall: 'open', path });
      const env = realm.process.env as Record<string, string>;
      for (const [name, value] of Object.entries(parseDotenv(new realm.host.classes.TextDecoder().decode(bytes)))) {
        if (env[name] === undefined) env[name] = value;
      }
    },
    // C++ warns through this; none of our bindings does.
    setEmitWarningSync() {},
    resetStdioForTesting() {},
  };
}
