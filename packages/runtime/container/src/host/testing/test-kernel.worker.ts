/**
 * A kernel worker for tests of the wire and of previews: the real protocol over
 * the real file system, with stand-ins where programs would be.
 */
import type { ByteStream } from '@slipway/gateway';
import { AsyncVfsClient, createVfsMemory } from '@slipway/vfs';
import { type KernelScope, serveKernelWorker } from '../serve-kernel-worker.ts';
import { FakeHost, type FakeProgram } from './fake-host.ts';
import { startWorker } from '../../worker-handle.ts';
import { serveTestSite } from './test-site.ts';

const WORKDIR = '/home/project';
const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

function pair(): [ByteStream, ByteStream] {
  const make = (): {
    read(): Promise<Uint8Array<ArrayBuffer> | null>;
    push(bytes: Uint8Array<ArrayBuffer> | null): void;
  } => {
    const queue: (Uint8Array<ArrayBuffer> | null)[] = [];
    let wake: () => void = () => undefined;
    return {
      async read() {
        while (queue.length === 0) await new Promise<void>((resolve) => (wake = resolve));
        const [first = null] = queue;
        if (first !== null) queue.shift();
        return first;
      },
      push(bytes) {
        queue.push(bytes);
        wake();
      },
    };
  };
  const there = make();
  const back = make();
  const end = (incoming: typeof there, outgoing: typeof there): ByteStream => ({
    breakOff: () => undefined,
    read: () => incoming.read(),
    write: async (bytes) => outgoing.push(bytes.slice()),
    close: () => {
      outgoing.push(null);
      incoming.push(null);
    },
  });
  return [end(back, there), end(there, back)];
}

function programs(host: () => FakeHost): Record<string, FakeProgram> {
  return {
    split: async ({ print }) => {
      for (const byte of encode('a€😀é!')) await print(Uint8Array.of(byte));
      return 0;
    },
    cat: async ({ print, input }) => {
      for (let piece = await input(); piece !== null; piece = await input()) {
        await print(piece.slice());
        if (new TextDecoder().decode(piece).includes('\u0004')) return 5;
      }
      return 0;
    },
    forever: () => new Promise(() => undefined),
    serve: async ({ request }) => {
      const port = Number(request.args[0] ?? 3000);
      host().ports.set(port, () => {
        const [client, server] = pair();
        void serveTestSite(server, port);
        return client;
      });
      host().emit({ type: 'port', port, action: 'open' });
      return new Promise(() => undefined);
    },
  };
}

serveKernelWorker(self as unknown as KernelScope, async (boot, options) => {
  options.progress('file-system');
  if (options.workdirName === 'fail-please') throw new Error('Cannot boot: the test wants it so');
  const memory = createVfsMemory();
  const writer = startWorker(boot.assets['vfs-writer.worker'] ?? '', 'vfs-writer');
  await new Promise<void>((resolve, reject) => {
    writer.onMessage(() => resolve());
    writer.onError((message) => reject(new Error(message)));
    writer.post({ memory });
  });
  const fs = new AsyncVfsClient(memory, 0);
  await fs.mkdirAll(WORKDIR, 0o755);
  const host: FakeHost = new FakeHost(
    fs,
    WORKDIR,
    programs(() => host),
  );
  return host;
});
