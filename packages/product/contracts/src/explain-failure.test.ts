import { expect, it } from 'vitest';
import { explainFailure } from './explain-failure.ts';

it.each([
  ['runner timed out', 'longer than it may'],
  ['runner made no progress for 180 s in step "build"', 'no further for 180 seconds'],
  ['runner ran more than 256 processes', 'more than 256 programs'],
  ['runner wrote more than 3072 MiB of files', 'more than 3072 MiB'],
  ['runner wrote more than 9 bytes of output', 'more than 9 bytes'],
  ['runner used 5 bytes of memory, more than 4', 'ran out of memory'],
  [
    'runner exited: FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
    'ran out of memory',
  ],
  ['the build wrote no "dist" folder', 'no folder “dist”'],
  ['the output folder "out" is empty', '“out” is empty'],
  ['the output has more than 20000 files', 'more than 20000 files'],
  ['runner failed: Cannot store the artifact: it is larger than 5 bytes', 'larger than 5 bytes'],
  ['runner failed: Cannot publish "a.js": it holds the secret "API_KEY"', '“API_KEY” to everybody'],
  ['runner exited: npm error Missing script: "build"', 'no script “build”'],
  ['runner exited: jsh: pnpm: command not found', 'with pnpm'],
  ['runner exited: npm error code ERESOLVE', 'contradict'],
  ['runner exited: npm error code E404', 'does not exist'],
  ['runner exited: ERR_PNPM_OUTDATED_LOCKFILE', 'lockfile'],
  ['runner exited: npm error code EJSONPARSE', 'cannot be read'],
  ['runner exited: src/App.tsx(3,7): TS2322: Type x', 'types of “src/App.tsx”'],
  ['runner exited: TS18003: No inputs were found', 'compiler found errors'],
  ["runner exited: [UNRESOLVED_IMPORT] Could not resolve './a' in src/main.ts", 'did not find “./a”'],
  ['runner exited: write ENOSPC', 'disk of the build is full'],
  ['the container did not boot: x', 'did not start'],
  ['Several packages could be published ("a", "b"): set it', 'several packages'],
  ['The root folder "x" is not in the project: set it', '“x” is not in the project'],
  ['deadline passed', 'No worker'],
  ['gave up after 3 attempts', 'worker went away'],
  ['superseded by a build of revision 3', 'newer version'],
  ['cancelled by the user', 'was cancelled'],
  ['runner failed: the sandbox broke', 'ran broke'],
  ['runner exited: tsc: no', 'step of the build failed'],
  ['something new', 'The build failed'],
])('P-38 "%s" has a sentence of its own, and one that says what to do', (summary, part) => {
  const { what, todo } = explainFailure(summary);
  expect(what).toContain(part);
  expect(todo).toMatch(/^\S.*\.$/);
  expect(`${what} ${todo}`).not.toMatch(/page\.|select |\$1|undefined/);
});
