/**
 * internalBinding('process_methods'). Reference: src/node_process_methods.cc.
 * bootstrap/node puts most members on `process` as they are.
 */
import type { Foreign, Realm } from '../realm.ts';
import { kernelMessagesOf } from '../net/kernel-messages.ts';
import { environmentOf } from '../processes/child-descriptors.ts';
import { signalName } from '../processes/signal-names.ts';
import { gc } from './collect-garbage.ts';
import { openHandlesOf } from '../net/handle-wrap.ts';
import { monotonicMs, uptimeMs } from './clock.ts';
import { parseDotenv } from './dotenv.ts';
import { processOptions } from './env-files.ts';
import { MACHINE, MEMORY } from './machine.ts';
import { traceExit } from './trace-exit.ts';
import { uvException } from './uv-exception.ts';
import { hasV8Flag } from './v8-flags.ts';

const EINVAL = -22;
const ENOENT = -2;

/** internal/timers: immediateInfo[kRefCount]. */
const IMMEDIATE_REF_COUNT = 1;

export function createProcessMethodsBinding(realm: Realm): Foreign {
  // [seconds high, seconds low, nanoseconds]; the bigint form lies over the first two.
  const hrtimeBuffer = new Uint32Array(3);
  const hrtimeBigint = new BigUint64Array(hrtimeBuffer.buffer, 0, 1);

  return {
    hrtimeBuffer,
    hrtime() {
      const ms = monotonicMs(realm);
      const seconds = Math.floor(ms / 1000);
      hrtimeBuffer[0] = seconds / 2 ** 32;
      hrtimeBuffer[1] = seconds;
      hrtimeBuffer[2] = (ms - seconds * 1000) * 1e6;
    },
    hrtimeBigInt() {
      const ms = monotonicMs(realm);
      const whole = Math.floor(ms);
      hrtimeBigint[0] = BigInt(whole) * 1_000_000n + BigInt(Math.floor((ms - whole) * 1e6));
    },
    uptime: () => uptimeMs(realm) / 1000,

    cwd() {
      return realm.sys.cwd();
    },
    chdir(path: string) {
      const from = realm.sys.cwd();
      const errno = realm.sys.chdir(path);
      if (errno < 0) throw uvException(realm, errno, { syscall: 'chdir', path: from, dest: path });
    },
    umask(mask: number | undefined) {
      return realm.sys.umask(mask);
    },

    // Microseconds. The worker's clock stands in for CPU time: no browser tells the latter.
    cpuUsage: (values: Float64Array) => fillCpuTime(realm, values),
    threadCpuUsage: (values: Float64Array) => fillCpuTime(realm, values),
    resourceUsage(values: Float64Array) {
      values.fill(0);
      fillCpuTime(realm, values);
      values[2] = MEMORY.rss / 1024;
    },
    memoryUsage(values: Float64Array) {
      values.set([MEMORY.rss, MEMORY.heapTotal, MEMORY.heapUsed, MEMORY.external, MEMORY.arrayBuffers]);
    },
    rss: () => MEMORY.rss,
    // What libuv answers where no cgroup limits the process.
    constrainedMemory: () => 18446744073709552000,
    availableMemory: () => MACHINE.freeMemory,

    _kill(pid: number, signal: number) {
      const name = signalName(signal);
      if (name === undefined) return EINVAL;
      if (pid === realm.sys.start.pid) kernelMessagesOf(realm).sendsItself(name);
      const errno = realm.sys.kernel.kill(pid, name);
      // A signal to itself is there when kill(2) returns: the loop must not end before its message has come.
      if (errno === 0 && pid === realm.sys.start.pid) kernelMessagesOf(realm).expectSignal(name);
      return errno;
    },
    reallyExit(code: unknown): never {
      traceExit(realm, Number(code ?? 0) | 0);
      realm.language.compileCache?.persist();
      return realm.sys.exit({ code: Number(code ?? 0) | 0, signal: null });
    },
    abort(): never {
      return realm.sys.exit({ code: null, signal: 'SIGABRT' });
    },
    causeSegfault(): never {
      return realm.sys.exit({ code: null, signal: 'SIGSEGV' });
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
      const { timeoutInfo, immediateInfo } = realm.internalBinding('timers') as { timeoutInfo: Int32Array; immediateInfo: Uint32Array };
      return [...openHandlesOf(realm).map((handle) => handle.resourceName), ...new Array<string>(timeoutInfo[0]!).fill('Timeout'), ...new Array<string>(immediateInfo[IMMEDIATE_REF_COUNT]!).fill('Immediate')];
    },

    dlopen(_module: unknown, filename: string): never {
      const found = realm.sys.fs.lookup(realm.sys.absolute(String(filename)), true) >= 0;
      const reason = found
        ? 'native addons cannot run in a browser; use a WebAssembly build of this package'
        : 'cannot open shared object file: No such file or directory';
      throw Object.assign(new Error(`${filename}: ${reason}`), { code: 'ERR_DLOPEN_FAILED' });
    },
    /** Execve, src/node_process_methods.cc: only the standard descriptors survive; what fails aborts. */
    execve(path: string, args: readonly string[], envPairs: readonly string[]): never {
      const { sys } = realm;
      const errno = sys.kernel.exec({
        file: sys.absolute(path), argv: args.length === 0 ? [path] : args, env: environmentOf(realm, envPairs), cwd: sys.cwd(),
        descriptors: [0, 1, 2].map((fd) => sys.descriptors.endOf(fd)), umask: sys.umask(),
      });
      const code = realm.requireBuiltin('util').getSystemErrorName(errno);
      const stack = String(new Error().stack).split('\n').slice(1).join('\n');
      sys.descriptors.write(2, new realm.host.classes.TextEncoder().encode(`process.execve failed with error code ${code}\n${stack}\n`), null);
      return sys.exit({ code: null, signal: 'SIGABRT' });
    },
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
      if (typeof bytes === 'number') throw uvException(realm, bytes === 0 ? ENOENT : bytes, { syscall: 'open', path });
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

function fillCpuTime(realm: Realm, values: Float64Array): void {
  values[0] = Math.floor(uptimeMs(realm) * 1000);
  values[1] = 0;
}
