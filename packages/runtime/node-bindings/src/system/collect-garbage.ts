/**
 * `gc` of `--expose-gc`. Reference: V8 src/extensions/gc-extension.cc.
 *
 * A page has no call for it, but V8 counts what array buffers hold outside its
 * heap and collects at once, before it hands out the next one, when that has
 * grown past a limit (Heap::ReportExternalMemoryPressure). Buffers that nobody
 * writes into take address space only: 2–20 ms, measured in Chromium 156, where
 * every unreachable object was gone afterwards.
 */
const MIB = 1024 ** 2;
/** The limit is 128 MiB or, where there is more memory, a little above. */
const BUFFER_BYTES = 256 * MIB;
/** Several collections: one that was under way keeps what was allocated since it began. */
const BUFFERS = 8;

interface CollectOptions {
  readonly execution?: 'sync' | 'async';
}

/** Taken before a program can wrap the name. */
const NativeArrayBuffer = ArrayBuffer;

function collectNow(): void {
  try {
    for (let count = 0; count < BUFFERS; count++) new NativeArrayBuffer(BUFFER_BYTES);
  } catch (error) {
    // No address space: the engine has collected before it said so.
    if (!(error instanceof RangeError)) throw error;
  }
}

/** Every collection is a full one, whatever `type` asks for. */
export function gc(options?: CollectOptions | boolean): Promise<void> | undefined {
  if (typeof options === 'object' && options !== null && options.execution === 'async') {
    // 'async' promises only that it is done when the promise settles.
    return Promise.resolve().then(collectNow);
  }
  collectNow();
  return undefined;
}
