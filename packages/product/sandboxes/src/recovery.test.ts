import { describe, expect, it } from 'vitest';
import { Recovery, type RecoveryOptions, type RecoveryPoint } from './recovery.ts';

const point: RecoveryPoint = { checkpointId: 'cp-1-2', step: 2, effects: ['mail'] };

/** A task that writes down what is done to it. */
function task(more: Partial<RecoveryOptions<RecoveryPoint>> = {}) {
  const done: string[] = [];
  const recovery = new Recovery<RecoveryPoint>({
    maxAttempts: 3,
    latest: async () => (done.push('latest'), point),
    restore: async ({ checkpointId }) => (done.push(`restore ${checkpointId}`), true),
    verify: async () => (done.push('verify'), true),
    restoreExternal: async (_, once) => {
      await once('mail', async () => void done.push('mail again'));
      await once('table', async () => void done.push('table'));
      await once('table', async () => void done.push('table again'));
    },
    resume: async (step) => void done.push(`resume ${step}`),
    onRecover: (step) => done.push(`recovered ${step}`),
    onFailure: ({ message }) => done.push(`failed: ${message}`),
    onWarning: (message) => done.push(`warning: ${message}`),
    restartClock: () => done.push('clock'),
    ...more,
  });
  return { done, recovery };
}

describe('recovery', () => {
  it('RC-02 RC-04 goes through checkpoint, restore, verify, external state, resume; then the clock restarts', async () => {
    const { done, recovery } = task();
    expect(await recovery.recover()).toBe(true);
    expect(done).toEqual(['latest', 'restore cp-1-2', 'verify', 'table', 'resume 2', 'clock', 'recovered 2']);
  });

  it('RC-01 is one at a time: a second call answers false at once', async () => {
    let go: () => void = () => undefined;
    const verified = new Promise<boolean>((resolve) => (go = () => resolve(true)));
    const { done, recovery } = task({ verify: () => verified });
    const first = recovery.recover();
    expect(await recovery.recover()).toBe(false);
    expect(done).not.toContain('recovered 2');
    go();
    expect(await first).toBe(true);
    expect(done.filter((one) => one === 'latest')).toHaveLength(1);
  });

  it.each<[string, Partial<RecoveryOptions<RecoveryPoint>>, string]>([
    ['no checkpoint', { latest: async () => undefined }, 'failed: No checkpoint available'],
    ['one that is gone', { restore: async () => false }, 'failed: Checkpoint restore failed'],
    ['a restore that throws', { restore: () => Promise.reject(new Error('disk full')) }, 'failed: disk full'],
    ['an external state that throws', { restoreExternal: () => Promise.reject(new Error('away')) }, 'failed: away'],
    ['a task that does not go on', { resume: () => Promise.reject(new Error('no')) }, 'failed: no'],
  ])('RC-02 %s is a failure', async (_, more, last) => {
    const { done, recovery } = task(more);
    expect(await recovery.recover()).toBe(false);
    expect(done.at(-1)).toBe(last);
    expect(done).not.toContain('clock');
  });

  it('RC-02 what was restored differs: that only warns', async () => {
    const { done, recovery } = task({ verify: async () => false });
    expect(await recovery.recover()).toBe(true);
    expect(done).toContain('warning: What was restored differs from checkpoint cp-1-2');
    expect(done.at(-1)).toBe('recovered 2');
  });

  it('RC-04 gives up after so many attempts, those of a process before included', async () => {
    const { done, recovery } = task({ attempts: 2 });
    expect([await recovery.recover(), await recovery.recover(), recovery.attempts]).toEqual([true, false, 3]);
    expect(done.at(-1)).toBe('failed: Gave up after 3 recoveries');
  });
});
