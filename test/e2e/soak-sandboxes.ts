import { mustFindBrowser } from '@slipway/find-browser';
import { createSandboxDriver } from '@slipway/sandboxes';
import { pino } from 'pino';
import { BUILDER_PREFIX } from '../../apps/worker/src/chromium/builder-browser.ts';
import { createChromiumMachines } from '../../apps/worker/src/chromium/chromium-machines.ts';
import { listProcessesOf } from '../../apps/worker/src/processes/process-tree.ts';
import { foldersOf } from '../../apps/worker/src/processes/sandbox-folder.ts';

/** Creates and destroys sandboxes in Chromium, one after the other. True when nothing of them is left (SB-04). */
export async function soakSandboxes(count: number): Promise<boolean> {
  const origin = 'http://slipway.localhost:4000';
  const machines = createChromiumMachines({
    executable: mustFindBrowser(),
    // Nothing is booted: no server is asked for anything.
    config: async () => ({
      version: 1,
      app: { origin },
      runtime: {
        originPattern: 'http://{container}.rt.slipway.localhost:4000',
        bareOrigin: 'http://rt.slipway.localhost:4000',
        allowedParents: [origin, 'http://builder.slipway.localhost:4000'],
      },
      preview: { originPattern: 'http://{port}--{id}.slipway.localhost:4000' },
      registry: { origins: [], mirrorPath: '/npm' },
    }),
    dial: { host: '127.0.0.1', port: 4000 },
    log: pino({ level: 'silent' }),
  });
  const checkpoints = { save: async () => undefined, load: async () => undefined };
  const driver = createSandboxDriver({ machines, checkpoints });
  const limits = { cpu: 2, memoryMiB: 2048, processes: 64, diskMiB: 1024, outputBytes: 1e6, network: 'none' } as const;
  const own = (): string[] => foldersOf(BUILDER_PREFIX).filter((folder) => folder.includes(`_${process.pid}_`));
  for (let done = 1; done <= count; done++) {
    await driver.create('soak', limits);
    const folders = own();
    await driver.destroy('soak');
    const left = folders.flatMap((folder) => listProcessesOf(folder));
    if (left.length > 0 || own().length > 0 || folders.length !== 1) {
      process.stdout.write(`sandbox ${done} left processes ${left.join(', ')} and folders ${own().join(', ')}\n`);
      return false;
    }
    if (done % 10 === 0 || done === count) process.stdout.write(`${done}/${count} created and destroyed\n`);
  }
  process.stdout.write('nothing is left of them\n');
  return true;
}
