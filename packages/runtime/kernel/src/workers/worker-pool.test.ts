import { describe, expect, it } from 'vitest';
import type { WorkerHandle } from '../contract/worker-handle.ts';
import { WorkerPool, type WorkerPoolOptions } from './worker-pool.ts';

/** Workers that end when the test says so. */
function poolOf(slots: number, options: Partial<WorkerPoolOptions> = {}) {
  const made: { readonly posts: unknown[]; gone: () => void }[] = [];
  const reports: string[] = [];
  const create = (): WorkerHandle => {
    const worker = { posts: [] as unknown[], gone: (): void => undefined };
    const ended = new Promise<void>((resolve) => (worker.gone = resolve));
    made.push(worker);
    return {
      post: (message) => void worker.posts.push(message),
      onMessage: () => undefined,
      onError: () => undefined,
      terminate: () => ended,
    };
  };
  const page = new SharedArrayBuffer(64);
  const pool = new WorkerPool({
    create,
    vfs: page,
    control: page,
    assets: {},
    slots: slots + 1,
    spares: { node: 0, shell: 0, thread: 0 },
    sparesInDemand: {},
    releaseSlot: () => undefined,
    delay: (_ms, task) => queueMicrotask(task),
    report: (message) => void reports.push(message),
    ...options,
  });
  return { pool, made, reports };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

describe('a pool of workers', () => {
  it('refuses only when every slot has a process, and waits for one that still rests', async () => {
    const { pool, made } = poolOf(1);
    const first = pool.take('node');
    if (first === undefined) throw new Error('There is no seat in an empty pool');
    expect(pool.take('node')).toBeUndefined();
    pool.dispose(first);
    const second = pool.take('node');
    expect(second?.slot).toBe(1);
    second?.worker.post('start');
    await settled();
    expect(made).toHaveLength(1);
    made[0]?.gone();
    await settled();
    expect(made[1]?.posts).toMatchObject([{ type: 'boot', slot: 1 }, 'start']);
    expect(pool.usage).toEqual({ inUse: 1, spares: 0, resting: 0, free: 0 });
  });

  it('gives a promised slot back when its process is killed before it began', async () => {
    const { pool, made } = poolOf(1);
    const first = pool.take('node');
    if (first !== undefined) pool.dispose(first);
    const second = pool.take('node');
    if (second !== undefined) pool.dispose(second);
    made[0]?.gone();
    await settled();
    expect(made).toHaveLength(1);
    expect(pool.usage).toEqual({ inUse: 0, spares: 0, resting: 0, free: 1 });
  });

  it('takes the place of a spare of another kind rather than refusing', async () => {
    const { pool } = poolOf(1, { spares: { node: 0, shell: 1, thread: 0 } });
    pool.refill();
    await settled();
    expect(pool.usage).toMatchObject({ spares: 1, free: 0 });
    expect(pool.take('node')?.slot).toBe(1);
  });

  it('loses no slot when the file system fails to release one', async () => {
    let failures = 2;
    const { pool, made, reports } = poolOf(1, {
      releaseSlot: async () => (failures-- > 0 ? Promise.reject(new Error('no answer')) : 0),
    });
    const seat = pool.take('node');
    if (seat !== undefined) pool.dispose(seat);
    made[0]?.gone();
    await settled();
    await settled();
    expect(reports).toEqual(['Cannot release slot 1: no answer', 'Cannot release slot 1: no answer']);
    expect(pool.usage.free).toBe(1);
  });

  it('DI-04 loses no slot and rejects nowhere when the end of a worker cannot be learnt', async () => {
    const floated: unknown[] = [];
    const note = (reason: unknown): void => {
      floated.push(reason);
    };
    process.on('unhandledRejection', note);
    const create = (): WorkerHandle => ({
      post: () => undefined,
      onMessage: () => undefined,
      onError: () => undefined,
      terminate: () => Promise.reject(new Error('denied')),
    });
    const { pool, reports } = poolOf(2, { create });
    const [first] = [pool.take('node'), pool.take('node')];
    if (first !== undefined) pool.dispose(first);
    await settled();
    expect(pool.usage).toMatchObject({ inUse: 1, resting: 0, free: 1 });
    pool.close();
    await settled();
    process.off('unhandledRejection', note);
    expect(reports).toEqual([
      'Cannot learn of the end of the worker on slot 1: denied',
      'Cannot give up slot 2: denied',
    ]);
    expect(floated).toEqual([]);
  });

  it('puts a new spare off while a program starts without one, and only once', () => {
    const due: (() => void)[] = [];
    const { pool, made } = poolOf(4, {
      spares: { node: 1, shell: 0, thread: 0 },
      delay: (_ms, task) => void due.push(task),
    });
    pool.take('node');
    due.shift()?.();
    expect(made).toHaveLength(1);
    pool.take('node');
    due.shift()?.();
    expect(pool.usage).toMatchObject({ inUse: 2, spares: 1 });
    pool.take('node');
    due.shift()?.();
    expect(pool.usage).toMatchObject({ inUse: 3, spares: 1 });
    expect(due).toEqual([]);
  });
});
