import { createRoot } from 'solid-js';
import { expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { createSourceControl, type SourceControlParts } from './create-source-control.ts';
import { GitError } from './git-client.ts';

it('UX-17 a reading that failed is said until one succeeds, and a refused action until the next', async () => {
  let lock = true;
  const git: SourceControlParts['git'] = {
    run: async () => ({ code: 1, stdout: new Uint8Array(), stderr: 'fatal: not something we can merge\n' }),
    mustRun: async ([command]) => {
      if (command === 'status' && lock) throw new GitError('fatal: index.lock exists\n', 128);
      return '# branch.oid (initial)\0# branch.head main\0';
    },
  };
  const files = {
    on: () => () => undefined,
    readPaths: async () => [{ kind: 'file' }],
  } as unknown as SourceControlParts['files'];
  const { control, dispose } = createRoot((dispose) => ({
    control: createSourceControl({ git, files, writeEdits: async () => undefined, clock: new FakeClock() }),
    dispose,
  }));
  await control.refresh();
  expect([control.reading(), control.problem()]).toEqual(['failed', 'index.lock exists']);
  lock = false;
  await control.refresh();
  expect([control.reading(), control.problem()]).toEqual(['ready', undefined]);
  // Each action reads anew: what it came to is not forgotten by that.
  expect(await control.merge('nothing')).toBe(false);
  await control.refresh();
  expect(control.problem()).toBe('not something we can merge');
  dispose();
});
