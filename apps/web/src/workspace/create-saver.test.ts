import { createRoot } from 'solid-js';
import { describe, expect, it } from 'vitest';
import { ApiError } from '../api/api-error.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { settle } from '../testing/fake-container.ts';
import { makeFakeFiles } from '../testing/fake-files.ts';
import { createSaver, type SaverPage } from './create-saver.ts';

/** A page whose events the test makes. */
function makePage() {
  const heard = { leave: undefined, online: undefined, hidden: undefined } as Record<
    string,
    ((event: { preventDefault(): void }) => void) | undefined
  >;
  let reloads = 0;
  const offline = { now: false };
  const on = (name: string) => (listener: (event: { preventDefault(): void }) => void) => {
    heard[name] = listener;
    return () => void (heard[name] = undefined);
  };
  const page: SaverPage = {
    onLeave: on('leave'),
    onOnline: on('online'),
    onHidden: on('hidden'),
    isOffline: () => offline.now,
    reload: () => void reloads++,
  };
  const leave = (): boolean => {
    let asked = false;
    heard['leave']?.({ preventDefault: () => void (asked = true) });
    return asked;
  };
  return {
    page,
    offline,
    leave,
    hide: () => heard['hidden']?.({ preventDefault: () => undefined }),
    heard,
    reloads: () => reloads,
  };
}

function open() {
  const fake = makeFakeFiles({ a: '' });
  const clock = new FakeClock();
  const made = makePage();
  const commits: string[] = [];
  let rebased = 0;
  /** What the committer was told that there is, and what it has. */
  const told: number[] = [];
  let behind = false;
  let failure: Error | undefined;
  const kept = { now: true };
  const committer = {
    commit: async () => {
      if (failure !== undefined) throw failure;
      commits.push('commit');
      behind = false;
    },
    pull: (revision: number) => {
      told.push(revision);
      behind = true;
    },
    isBehind: () => behind,
    rebase: () => void rebased++,
    snapshotId: () => (commits.length > 0 ? `snapshot ${String(commits.length)}` : null),
  };
  const writeEdits = async () => void commits.push('edits');
  const { saver, dispose } = createRoot((dispose) => ({
    saver: createSaver(committer, fake.port, writeEdits, { clock, page: made.page, isKept: () => kept.now }),
    dispose,
  }));
  return {
    ...fake,
    ...made,
    clock,
    saver,
    kept,
    dispose,
    commits,
    rebased: () => rebased,
    told,
    fail: (error?: Error) => void (failure = error),
  };
}

describe('saving', () => {
  it('UX-03 follows a change, the edits first, and says "saved" only afterwards', async () => {
    const { saver, clock, commits, leave } = open();
    expect(leave()).toBe(false);
    saver.touch();
    expect(saver.state()).toEqual({ name: 'pending' });
    expect(leave()).toBe(true);
    await clock.pass(800);
    await settle();
    expect({ state: saver.state(), commits }).toEqual({ state: { name: 'saved' }, commits: ['edits', 'commit'] });
  });

  it('hears of what programs write', async () => {
    const { saver, write } = open();
    expect(saver.state()).toEqual({ name: 'saved' });
    write('src/x.ts', '');
    expect(saver.state()).toEqual({ name: 'pending' });
  });

  it('tells of a failure and tries again by itself until it is saved', async () => {
    const { saver, clock, fail } = open();
    fail(new Error('no server'));
    await expect(saver.flush()).rejects.toThrow('no server');
    expect(saver.state()).toEqual({ name: 'failed', message: 'no server' });
    fail();
    await clock.pass(4_000);
    await settle();
    expect(saver.state()).toEqual({ name: 'saved' });
  });

  it('UX-02 UX-18 says that it is offline and whether the browser keeps it, asks only where it does not, and saves when the network is back', async () => {
    const { saver, offline, kept, heard, fail, leave } = open();
    const tryOnce = async (): Promise<void> => {
      saver.touch();
      await expect(saver.flush()).rejects.toThrow('does not answer');
    };
    fail(new ApiError(0, 'UNREACHABLE', 'The server does not answer', undefined));
    await tryOnce();
    expect(saver.state().name).toBe('failed');
    offline.now = true;
    await tryOnce();
    expect({ state: saver.state(), asked: leave() }).toEqual({ state: { name: 'offline', kept: true }, asked: false });
    kept.now = false;
    await tryOnce();
    expect({ state: saver.state(), asked: leave() }).toEqual({ state: { name: 'offline', kept: false }, asked: true });
    offline.now = false;
    fail();
    heard['online']?.({ preventDefault: () => undefined });
    await settle();
    expect(saver.state()).toEqual({ name: 'saved' });
  });

  it('UX-04 brings what others have made at its own pace, and at once where somebody waits for it', async () => {
    const { saver, clock, commits, told } = open();
    saver.hear(7);
    expect({ told, commits, state: saver.state().name }).toEqual({ told: [7], commits: [], state: 'pending' });
    await clock.pass(800);
    await settle();
    expect(commits).toEqual(['edits', 'commit']);
    await saver.pull(8);
    expect({ told, commits: commits.length }).toEqual({ told: [7, 8], commits: 4 });
  });

  it('leaves a conflict to the person: mine goes on top, the other is loaded', async () => {
    const { saver, clock, fail, rebased, reloads, leave } = open();
    fail(new ApiError(409, 'STALE_REVISION', 'The project changed elsewhere', { revision: 9 }));
    await expect(saver.flush()).rejects.toThrow('changed elsewhere');
    await clock.pass(60_000);
    expect(saver.state()).toEqual({ name: 'conflict', revision: 9 });
    fail();
    saver.keepMine();
    await settle();
    expect({ rebased: rebased(), state: saver.state() }).toEqual({ rebased: 1, state: { name: 'saved' } });
    saver.touch();
    saver.discardMine();
    expect({ reloads: reloads(), asked: leave() }).toEqual({ reloads: 1, asked: false });
  });

  it('saves at once when the page is hidden, and hears nothing once its owner is gone', async () => {
    const { saver, hide, heard, listeners, dispose, commits } = open();
    saver.touch();
    hide();
    await settle();
    expect(commits).toEqual(['edits', 'commit']);
    dispose();
    expect({ heard, listeners: listeners.size }).toEqual({ heard: {}, listeners: 0 });
  });
});
