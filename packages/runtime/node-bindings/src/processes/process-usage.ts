import type { Foreign, Realm } from '../realm/realm.ts';
import { monotonicMs, uptimeMs } from '../system/clock.ts';
import { MACHINE, MEMORY } from '../system/machine.ts';

/**
 * Time and memory: Hrtime, Uptime, CPUUsage, MemoryUsage and their like in Node
 * src/node_process_methods.cc. lib reads the results out of arrays.
 */
export function createProcessUsage(realm: Realm): Foreign {
  // [seconds high, seconds low, nanoseconds]; the bigint form lies over the first two.
  const hrtimeBuffer = new Uint32Array(3);
  const hrtimeBigint = new BigUint64Array(hrtimeBuffer.buffer, 0, 1);

  return {
    hrtimeBuffer,
    hrtime() {
      const ms = monotonicMs(realm);
      const seconds = Math.floor(ms / 1000);
      // Assigning to a Uint32Array drops the fraction and keeps 32 bits.
      hrtimeBuffer[0] = seconds / 2 ** 32;
      hrtimeBuffer[1] = seconds;
      hrtimeBuffer[2] = (ms - seconds * 1000) * 1e6;
    },
    hrtimeBigInt() {
      const ms = monotonicMs(realm);
      // Whole milliseconds apart from the rest: their product with a million is beyond 2^53.
      const whole = Math.floor(ms);
      hrtimeBigint[0] = BigInt(whole) * 1_000_000n + BigInt(Math.floor((ms - whole) * 1e6));
    },
    uptime: () => uptimeMs(realm) / 1000,

    // Microseconds. The worker's clock stands in for CPU time: no browser tells the latter.
    cpuUsage: (values: Float64Array) => fillCpuTime(realm, values),
    threadCpuUsage: (values: Float64Array) => fillCpuTime(realm, values),
    resourceUsage(values: Float64Array) {
      values.fill(0);
      fillCpuTime(realm, values);
      // maxrss in KiB, as getrusage(2) has it; all other counters stay 0.
      values[2] = MEMORY.rss / 1024;
    },
    memoryUsage(values: Float64Array) {
      values.set([MEMORY.rss, MEMORY.heapTotal, MEMORY.heapUsed, MEMORY.external, MEMORY.arrayBuffers]);
    },
    rss: () => MEMORY.rss,
    // What libuv answers where no cgroup limits the process.
    constrainedMemory: () => 18446744073709552000,
    availableMemory: () => MACHINE.freeMemory,
  };
}

function fillCpuTime(realm: Realm, values: Float64Array): void {
  values[0] = Math.floor(uptimeMs(realm) * 1000);
  // System time: the kernel is other workers, whose time is not this one's.
  values[1] = 0;
}
