/** Callers for tests: each scenario runs in its own thread over its own slot. */
import { Errno, OpenFlags } from '@slipway/posix';
import { parentPort, workerData } from 'node:worker_threads';
import { VfsClient } from '../client/client.ts';

export interface CallerData {
  readonly memory: SharedArrayBuffer;
  readonly slot: number;
  readonly scenario: keyof typeof scenarios;
  /** Word 0: set to 1 to make readers stop. */
  readonly control: SharedArrayBuffer;
  /** For `dies`: the store at which it stops for good. */
  readonly stopAt?: number;
  readonly act?: keyof typeof acts;
}

const { memory, slot, scenario, control, stopAt, act } = workerData as CallerData;
const stop = new Int32Array(control, 0, 2);
const stopped = (): boolean => Atomics.load(stop, 0) !== 0;

const scenarios = {
  /** Every file under /torn holds one byte value only, in all its length. */
  'reads-whole-files': (fs: VfsClient): unknown => {
    let reads = 0;
    const seen = new Set<number>();
    while (!stopped()) {
      const bytes = fs.readFile('/torn');
      if (typeof bytes === 'number') return `readFile answered ${bytes}`;
      reads++;
      if (bytes.length > 0) seen.add(bytes[0]!);
      const odd = bytes.findIndex((byte) => byte !== bytes[0]);
      if (odd >= 0) return `byte ${odd} of ${bytes.length} is ${bytes[odd]}, not ${bytes[0]}`;
    }
    return { reads, seen: seen.size };
  },
  /** A tree comes and goes under us; each answer must be one of the possible ones. */
  'walks-a-changing-tree': (fs: VfsClient): unknown => {
    let found = 0;
    while (!stopped()) {
      for (let index = 0; index < 50; index++) {
        const bytes = fs.readFile(`/tree/d${index % 5}/f${index}`);
        if (typeof bytes === 'number') {
          if (bytes !== Errno.ENOENT) return `readFile answered ${bytes}`;
          continue;
        }
        found++;
        if (bytes.length !== 100 + index || bytes[0] !== index)
          return `file ${index} holds ${bytes.length} bytes of ${bytes[0]}`;
      }
      const root = fs.lookup('/tree', true);
      const list = root < 0 ? root : fs.readdir(root);
      if (typeof list === 'number' && list !== Errno.ENOENT && list !== Errno.ESTALE) return `readdir answered ${list}`;
      // The new name comes before the old one goes.
      const moving = fs.readdir(fs.lookup('/moving', true));
      if (typeof moving === 'number' || moving.length === 0) return 'a renamed file had no name';
    }
    return found;
  },
  'opens-and-closes': (fs: VfsClient): unknown => {
    let opened = 0;
    const into = new Uint8Array(10);
    while (!stopped()) {
      const ino = fs.open('/contended', OpenFlags.rdwr | OpenFlags.creat, 0o644);
      if (ino < 0) return `open answered ${ino}`;
      const read = fs.read(ino, 0, into);
      if (read < 0) return `read of a retained inode answered ${read}`;
      const written = fs.write(ino, 0, into);
      if (written !== 10) return `write to a retained inode answered ${written}`;
      fs.unlink('/contended');
      fs.release(ino);
      opened++;
    }
    return opened;
  },
  dies: (fs: VfsClient): unknown => {
    parkAtStore(stopAt!);
    acts[act!](fs);
    return 'finished';
  },
} satisfies Record<string, (fs: VfsClient) => unknown>;

const acts = {
  write: (fs: VfsClient) => {
    const ino = fs.open('/dying/file', OpenFlags.rdwr | OpenFlags.creat, 0o644);
    fs.write(ino, 0, new Uint8Array(150_000).fill(1));
    fs.unlink('/dying/file');
    fs.release(ino);
  },
  replace: (fs: VfsClient) => fs.writeFile('/dying/whole', new Uint8Array(200_000).fill(2), 0o644),
  names: (fs: VfsClient) => {
    fs.mkdirAll('/dying/a/b', 0o755);
    fs.symlink('a', '/dying/l');
    fs.rename('/dying/a', '/dying/c');
    fs.readFile('/dying/whole');
    fs.readdir(fs.lookup('/dying', true));
    fs.removeTree('/dying/c');
  },
};

/** The n-th thing this thread does to shared memory is its last: it waits there to be terminated. */
function parkAtStore(last: number): void {
  let count = 0;
  const tick = (): void => {
    if (++count < last) return;
    parentPort!.postMessage('parked');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4), 0, 1), 0, 0);
  };
  const atomics = Atomics as unknown as Record<string, (...args: unknown[]) => unknown>;
  for (const name of ['store', 'or', 'add', 'notify', 'exchange', 'compareExchange']) {
    const original = atomics[name]!;
    atomics[name] = (...args) => {
      tick();
      return original(...args);
    };
  }
  const typed = Object.getPrototypeOf(Uint8Array.prototype) as { set: (...args: unknown[]) => void };
  const set = typed.set;
  typed.set = function (this: Uint8Array, ...args: unknown[]) {
    if (this.buffer === memory) tick();
    set.apply(this, args);
  };
}

const client = new VfsClient(memory, slot);
Atomics.add(stop, 1, 1);
Atomics.notify(stop, 1);
parentPort!.postMessage({ result: scenarios[scenario](client) });
