/**
 * A copy of just the parts of the suite that a run needs: what is mounted in
 * every container, and where native Node runs. The caller's checkout stays as
 * it was, whatever the tests write.
 */
import { cp, mkdir, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { TestFile } from './test-files.ts';

/** Large, and read by few: they come along when a file names them. */
const ON_DEMAND = ['wpt', 'test426', 'test-runner', 'snapshot', 'postject-copy'];

/** `folder` is made anew each time, so that nothing a run has left behind is in it. */
export async function stageSuite(suite: string, files: readonly TestFile[], folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const absent = new Set(
    ON_DEMAND.filter(
      (name) =>
        !files.some(
          (file) =>
            new RegExp(`['"/]${name}['"/]`).test(file.source) || (name === 'wpt' && file.source.includes('common/wpt')),
        ),
    ),
  );
  await cp(join(suite, 'common'), join(folder, 'common'), { recursive: true });
  await cp(join(suite, 'fixtures'), join(folder, 'fixtures'), {
    recursive: true,
    // A link stays a link: made absolute, it would lead back into the caller's checkout.
    verbatimSymlinks: true,
    filter: (source) => !absent.has(relative(join(suite, 'fixtures'), source)),
  });
  for (const { path } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await cp(join(suite, path), join(folder, path));
  }
}
