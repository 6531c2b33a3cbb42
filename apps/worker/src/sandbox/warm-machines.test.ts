import type { SandboxConfig } from '@slipway/contracts';
import type { MachineKind } from '@slipway/sandboxes';
import { configOf } from '@slipway/sandboxes/testing';
import { pino } from 'pino';
import { afterEach, expect, it } from 'vitest';
import { createLocalMachines, LOCAL_PREFIX } from '../local/local-machines.ts';
import { listProcessesOf } from '../processes/process-tree.ts';
import { foldersOf } from '../processes/sandbox-folder.ts';
import { keepOneWarm, type WarmMachines } from './warm-machines.ts';

const CONFIG = configOf();
const folders = (): string[] => foldersOf(LOCAL_PREFIX).filter((folder) => folder.includes(`_${process.pid}_`));
const watch = { progress: () => undefined };

/** Real machines, counted. */
function counted(): { kind: MachineKind; opened: string[]; fail: boolean } {
  const local = createLocalMachines();
  const count = {
    opened: [] as string[],
    fail: false,
    kind: {
      ...local,
      open: async (id: string, config: SandboxConfig, ...rest: [typeof watch, AbortSignal]) => {
        if (count.fail) throw new Error('no browser');
        count.opened.push(id);
        return await local.open(id, config, ...rest);
      },
    },
  };
  return count;
}

let warm: WarmMachines | undefined;
afterEach(async () => {
  await warm?.stop();
  expect(folders()).toEqual([]);
});
const keep = (kind: MachineKind, version = async () => 'v1'): WarmMachines =>
  (warm = keepOneWarm(kind, CONFIG, { log: pino({ level: 'silent' }), connectMs: 60_000, againMs: 1, version }));
const open = (machines: MachineKind, id: string, config = CONFIG) =>
  machines.open(id, config, watch, new AbortController().signal);

it('SB-08 one machine waits; each is handed out once, and the next is started when it has ended', async () => {
  const { kind, opened } = counted();
  const machines = keep(kind);
  machines.warm();
  machines.warm();
  await expect.poll(() => opened.length).toBe(1);
  const first = await open(machines, 'one');
  // It was there before, under an id of its own; another one, meanwhile, is not the same.
  expect(first.id).toBe(opened[0]);
  expect(opened).toHaveLength(1);
  await first.connect();
  await first.configure([{ kind: 'file', path: 'secret.txt', mode: 0o644, bytes: Buffer.from('of one') }]);
  const second = await open(machines, 'two');
  expect(opened.slice(1)).toEqual(['two']);
  await second.connect();
  await second.configure([]);
  await expect(second.readFile('secret.txt')).rejects.toThrow('ENOENT');
  expect(folders()).toHaveLength(2);
  await first.end(0);
  await expect.poll(() => opened.length).toBe(3);
  await second.end(0);
  // One waits, however many have ended.
  await expect.poll(() => folders().length).toBe(1);
  const third = await open(machines, 'three');
  expect(opened).toHaveLength(3);
  await third.connect();
  await third.configure([]);
  await expect(third.readFile('secret.txt')).rejects.toThrow('ENOENT');
  await third.end(0);
});

it('SB-08 one of other limits is started for who asks, and so is one where the runtime is another by now', async () => {
  const { kind, opened } = counted();
  let version = 'v1';
  const machines = keep(kind, async () => version);
  machines.warm();
  await expect.poll(() => opened.length).toBe(1);
  const other = await open(machines, 'other', configOf({ diskMiB: 77 }));
  expect(other.id).toBe('other');
  version = 'v2';
  const newer = await open(machines, 'newer');
  expect(newer.id).toBe('newer');
  await Promise.all([other.end(0), newer.end(0)]);
  await expect.poll(() => opened.length).toBe(4);
  // The one of the older runtime is gone.
  await expect.poll(() => folders().length).toBe(1);
});

it('SB-08 one that dies while it waits is replaced, and nothing of it is left', async () => {
  const { kind, opened } = counted();
  keep(kind).warm();
  await expect.poll(() => folders().length).toBe(1);
  const [folder = ''] = folders();
  for (const pid of listProcessesOf(folder)) process.kill(pid, 'SIGKILL');
  await expect.poll(() => opened.length).toBe(2);
  await expect.poll(() => folders().length === 1 && folders()[0] !== folder).toBe(true);
});

it('SB-02 where none can be kept ready, who asks is told by a machine of its own', async () => {
  const count = counted();
  const machines = keep(count.kind);
  count.fail = true;
  machines.warm();
  await expect(open(machines, 'one')).rejects.toThrow('no browser');
  count.fail = false;
  const machine = await open(machines, 'two');
  await machine.end(0);
  await expect.poll(() => folders().length).toBe(1);
  const abort = new AbortController();
  abort.abort(new Error('cancelled'));
  await expect(machines.open('three', CONFIG, watch, abort.signal)).rejects.toThrow('cancelled');
});
