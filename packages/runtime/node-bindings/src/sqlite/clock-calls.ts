import type { Foreign, Realm } from '../realm/realm.ts';
import type { HostMemory } from './host-memory.ts';

const PAGE_BYTES = 65_536;
/** Bytes: 2 GiB, the maximum the memory was declared with (MOST_PAGES of library.ts). */
const HEAP_LIMIT = 0x8000_0000;

/** What emscripten asks its host for besides files: time, and more memory. */
export function createClockCalls(
  realm: Realm,
  { view, writeText }: HostMemory,
  memory: WebAssembly.Memory,
): Record<string, Foreign> {
  return {
    _tzset_js(zone: number, daylight: number, standardName: number, daylightName: number) {
      view().setInt32(zone, new Date().getTimezoneOffset() * 60, true);
      view().setInt32(daylight, 0, true);
      // The zone's names are not shown anywhere; their buffers have room for 17 bytes.
      for (const name of [standardName, daylightName]) writeText(name, 'UTC', 17);
    },
    _localtime_js(time: bigint, at: number) {
      const date = new Date(Number(time) * 1000);
      const dayOfYear = Math.round(
        (Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) - Date.UTC(date.getFullYear(), 0, 1)) /
          86_400_000,
      );
      // struct tm: eleven words of 32 bits, the zone's name left as it is.
      const fields = [
        date.getSeconds(),
        date.getMinutes(),
        date.getHours(),
        date.getDate(),
        date.getMonth(),
        date.getFullYear() - 1900,
        date.getDay(),
        dayOfYear,
        0,
        -date.getTimezoneOffset() * 60,
      ];
      fields.forEach((field, index) => view().setInt32(at + index * 4, field, true));
    },
    emscripten_date_now: () => Date.now(),
    emscripten_get_now: () => realm.host.performanceNow(),
    emscripten_get_heap_max: () => HEAP_LIMIT,
    emscripten_resize_heap(size: number) {
      // 1 and 0 are emscripten's yes and no; SQLite turns "no" into SQLITE_NOMEM.
      try {
        memory.grow(Math.ceil(((size >>> 0) - memory.buffer.byteLength) / PAGE_BYTES));
        return 1;
      } catch (error) {
        if (error instanceof RangeError) return 0;
        throw error;
      }
    },
  };
}
