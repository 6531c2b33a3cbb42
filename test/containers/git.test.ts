/** `git` at the container's prompt beside the real one: the same commands, the same objects. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestContainer, type TestContainer } from './open-container.ts';

const LIMIT_MS = 120_000;
/** The same commit has the same id where who and when are the same. */
const WHO = [
  'export GIT_AUTHOR_NAME=Ann GIT_AUTHOR_EMAIL=ann@x.y GIT_COMMITTER_NAME=Ann GIT_COMMITTER_EMAIL=ann@x.y',
  'export GIT_AUTHOR_DATE="1700000000 +0000" GIT_COMMITTER_DATE="1700000000 +0000"',
].join('; ');

/** A day's work: what each line prints on stdout must be what git prints. */
const DAY = `
git status 2>&1; echo "code $?"; git log 2>&1 | head -1
git init -q -b main . ; printf '#!/bin/sh\\n' > run.sh; chmod +x run.sh; ln -s run.sh link; mkdir -p src; echo one > src/a.txt
printf 'node_modules\\n*.log\\n!keep.log\\n' > .gitignore; mkdir node_modules; echo x > node_modules/x; echo l > a.log; echo k > keep.log
git status --short
git add -A; git commit -q -m first; git rev-parse HEAD; git ls-files -s
git switch -q -c feature; echo two >> src/a.txt; git diff; git commit -q -am second; git log --format='%H %s'
git switch -q main; cat src/a.txt; printf 'zero\\none\\n' > src/a.txt; git commit -q -am third
git merge -m merged feature > /dev/null; cat src/a.txt; git log --oneline | wc -l; git show --stat --format=%s HEAD~1
echo lost >> src/a.txt; git stash -q; cat src/a.txt; git stash pop -q; tail -1 src/a.txt; git restore src/a.txt; git status --short
git mv src/a.txt src/b.txt; git status --short; git commit -q -m moved; git tag v1; git describe --tags
rm run.sh link; git checkout -q -- run.sh link; ./run.sh; echo "ran $?"; readlink link
git switch -q -c clash v1; echo ours > src/b.txt; git commit -q -am ours; git switch -q main; echo theirs > src/b.txt; git commit -q -am theirs
git merge clash > /dev/null 2>&1; echo "merge $?"; git status --short; cat src/b.txt; git merge --abort; cat src/b.txt
git branch | cat; git cat-file 2>/dev/null; git -C src rev-parse --show-toplevel | sed 's,.*/,,'; git -C /nowhere status 2>/dev/null; echo "code $?"
`;

/** What else is done with git in a week: rebase, pick, stash, tag, blame, revert, and patches from one place to another. */
const WEEK = `
git init -q -b main . ; for i in 1 2 3; do echo $i >> f; git add f; git commit -q -m "c$i"; done
git switch -q -c topic HEAD~1; echo t > t; git add t; git commit -q -m t1; echo t2 >> t; git commit -q -am t2
git rebase -q main 2> /dev/null; git log --format=%s; git switch -q main; git cherry-pick topic~1 > /dev/null; git log -1 --format=%s
echo dirty >> f; git stash -q; git stash list; git stash pop -q; git status -s; git restore f; git tag -a v1 -m one; git describe
git blame -s f | cut -d' ' -f2-; git restore --source=HEAD~2 f; git status -s; git checkout -q -- f; git revert --no-edit HEAD > /dev/null
git log --format='%s%x09%h'; git for-each-ref --format='%(refname) %(objecttype)'; git cat-file -p HEAD; git ls-tree -r HEAD
echo more >> f; git diff > ../week.diff; git restore f; git apply --cached ../week.diff; git status --porcelain=v2; git write-tree; rm ../week.diff
git rev-list --count HEAD; git merge-base main topic; git check-ignore -q f; echo $?; git reset -q --hard; git status
`;

let container: TestContainer;
let folder: string;
beforeAll(async () => {
  container = await openTestContainer();
  folder = mkdtempSync(join(tmpdir(), 'slipway-git-day-'));
  mkdirSync(join(folder, 'day'));
}, LIMIT_MS);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await container?.close();
});

const shell = (script: string): ReturnType<TestContainer['run']> =>
  container.run('sh', ['-c', `${WHO}; ${script}`], { limitMs: LIMIT_MS });

it('HI-08 a day of git prints what git prints, and git finds nothing wrong with what it left', async () => {
  const run = await shell(`mkdir -p day && cd day; ${DAY}`);
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  const native = spawnSync('sh', ['-c', `${WHO}; ${DAY}`], { cwd: join(folder, 'day'), encoding: 'utf8', env });
  expect(run.stdout).toBe(native.stdout);
  await takeOut('day/.git', join(folder, 'theirs/.git'));
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: join(folder, 'theirs'), encoding: 'utf8', env });
  expect(git('fsck', '--strict', '--full', '--no-dangling')).toBe('');
  expect(git('log', '--format=%s', 'main').split('\n')[0]).toBe('theirs');
}, 240_000);

it('HI-08 a week of git prints what git prints', async () => {
  const run = await shell(`mkdir -p week && cd week; ${WEEK}`);
  mkdirSync(join(folder, 'week'));
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  const native = spawnSync('sh', ['-c', `${WHO}; ${WEEK}`], { cwd: join(folder, 'week'), encoding: 'utf8', env });
  expect(run.stdout).toBe(native.stdout);
}, 240_000);

it('HI-08 the user’s own configuration is kept for all projects, and -c is for one command', async () => {
  const run = await shell(`unset GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL
    git config --global user.name "Bob B"; git config --global user.email b@b.b; git config --global user.name
    git config --global --get user.nope; echo "code $?"; git init -q other; cd other; echo x > x; git add x
    git -c user.name=Once commit -q -m by; git log --format=%an; git commit -q --allow-empty -m again; git log -1 --format='%an %ae'`);
  expect(run.stdout).toBe('Bob B\ncode 1\nOnce\nBob B b@b.b\n');
});

it('HI-08 a clone has the modes and links of its origin; what cannot be reached says so', async () => {
  const run = await shell(`git clone -q day copy; ls -l copy | cut -c1-10; cd copy; git status --short; git remote -v
    git ls-remote ssh://git@host/x; echo "code $?"; git frobnicate; echo "code $?"; git --nope status; echo "code $?"`);
  expect(run.stdout).toContain('lrwxrwxrwx');
  expect(run.stdout).toContain('-rwxr-xr-x');
  expect(run.stdout).not.toMatch(/^ ?[MD?]/m);
  expect(run.stdout).toMatch(/code 128\ncode 1\ncode 129\n$/);
  expect(run.stderr).toContain('only http and https leave the tab');
});

/** Copies a folder out of the container, file by file. */
async function takeOut(from: string, to: string): Promise<void> {
  const { stdout } = await container.run('sh', ['-c', `cd ${from} && find . -type f`]);
  for (const name of stdout.split('\n').filter((line) => line !== '')) {
    const { stdout: content } = await container.run('base64', [`${from}/${name}`]);
    mkdirSync(dirname(join(to, name)), { recursive: true });
    writeFileSync(join(to, name), Buffer.from(content, 'base64'));
  }
}
