/** A failed build in a person's words: what happened, and what to do about it (P-38). */
export interface FailureExplanation {
  readonly what: string;
  readonly todo: string;
}

type Rule = readonly [pattern: RegExp, what: string, todo: string];

/** The first that fits; the texts are those of runner, worker and package managers. `$1` is what the pattern took. */
const RULES: readonly Rule[] = [
  [
    /^runner timed out$/,
    'The build took longer than it may.',
    'Look at the end of the log for the step that hangs; an operator can allow more time.',
  ],
  [
    /^runner made no progress for (\d+) s/,
    'The build was alive, but got no further for $1 seconds.',
    'Look at the end of the log for what it waits for: a build ends by itself, a dev server or a watcher does not.',
  ],
  [
    /^runner used \d+ bytes of memory/,
    'The build ran out of memory.',
    'Build less at once, or without source maps; an operator can allow more memory.',
  ],
  [
    /^runner ran more than (\d+) processes/,
    'The build ran more than $1 programs at once.',
    'Look for a script that starts itself again; an operator can allow more.',
  ],
  [
    /^runner wrote more than (\d+) MiB of files/,
    'The build wrote more than $1 MiB of files.',
    'Install and write less; an operator can allow more.',
  ],
  [
    /^runner wrote more than (\d+) bytes of output/,
    'The build said more than $1 bytes.',
    'Look in the log for the program that repeats itself, and make it quiet.',
  ],
  [
    /JavaScript heap out of memory|Array buffer allocation failed/,
    'A program of the build ran out of memory.',
    'Set “--max-old-space-size=2048” as Node options in the build settings, or build less at once.',
  ],
  [
    /^the build wrote no "(.*)" folder/,
    'The build ended well, but there is no folder “$1”.',
    'Set the output folder in the build settings to the one that the build writes.',
  ],
  [
    /^the output folder "(.*)" is empty/,
    'The output folder “$1” is empty.',
    'Check what the build writes, and the output folder in the build settings.',
  ],
  [
    /^the output has more than (\d+) files/,
    'The output has more than $1 files.',
    'Leave out what the site does not need; often the output folder is set too high up.',
  ],
  [
    /the artifact: it is larger than (\d+) bytes/,
    'The output is larger than $1 bytes.',
    'Make images and videos smaller, leave out source maps, or keep large files elsewhere.',
  ],
  [
    /it holds the secret "(.*?)"/,
    'The output would show the secret “$1” to everybody.',
    'What runs in a browser is public: keep the secret on a server, or make the variable an open one.',
  ],
  [
    /Missing script: "?([\w:.-]+)"?/,
    'There is no script “$1” in package.json.',
    'Add it, or set the build command in the build settings.',
  ],
  [
    /(?:^|[\s:])(pnpm|yarn|bun)(?:: command)?(?: |: )not found/,
    'The project wants to be installed with $1, which is not there.',
    'Choose npm as the package manager in the build settings, or set the install command to “npx $1 install”.',
  ],
  [
    /code ERESOLVE/,
    'The dependencies of the project contradict each other.',
    'Mend the versions in package.json, or set the install command to “npm install --legacy-peer-deps”.',
  ],
  [
    /code (?:E404|ETARGET)/,
    'A package that the project names does not exist.',
    'Check name and version in package.json; packages that are not public cannot be installed.',
  ],
  [
    /code EUSAGE|frozen-lockfile|ERR_PNPM_OUTDATED_LOCKFILE/,
    'The lockfile does not belong to package.json.',
    'Install once more in the project, and save the lockfile that comes of it.',
  ],
  [
    /code EJSONPARSE|package\.json.*(?:Unexpected|not valid JSON)/,
    'package.json cannot be read.',
    'Mend it: the log says at which place.',
  ],
  [
    /^runner exited: (\S+?)(?:\(\d+,\d+\)|:\d+:\d+): TS\d+: /,
    'The types of “$1” contradict each other.',
    'Mend the line that is named; the log has all errors, the editor underlines them.',
  ],
  [
    /^runner exited: (?:TS\d+|.*\bTS\d{4,5}: )/,
    'The compiler found errors.',
    'Mend what is named; the log has all of them.',
  ],
  [
    /(?:Could not resolve|Rollup failed to resolve import|Cannot find module|Can't resolve) ["']([^"']+)["']/,
    'The build did not find “$1”.',
    'Check the name of the import, capitals too; a package that is missing is added by “npm install”.',
  ],
  [/ENOSPC/, 'The disk of the build is full.', 'Write less to it; nothing but the output folder is kept.'],
  [
    /^the container did not boot/,
    'The place where builds run did not start.',
    'Try again; if it stays so, tell the operator, whose log says why.',
  ],
  [
    /^Several packages could be published/,
    'The project has several packages that could be published.',
    'Set the root folder in the build settings.',
  ],
  [
    /^The root folder "(.*)" is not in the project/,
    'The root folder “$1” is not in the project.',
    'Set another one in the build settings.',
  ],
  [/^deadline passed$/, 'No worker had time for the build.', 'Try again later, or ask the operator for more workers.'],
  [
    /^gave up after \d+ attempts$/,
    'The build was begun several times, and each time its worker went away.',
    'Try again; if it stays so, tell the operator.',
  ],
  [/^superseded by/, 'A newer version took the place of this build.', 'There is nothing to do.'],
  [/^cancelled/, 'The build was cancelled.', 'Publish again when you want to.'],
  [
    /^runner failed: the sandbox/,
    'The place where the build ran broke.',
    'Try again; if it stays so, tell the operator, whose log says why.',
  ],
  [
    /^runner exited/,
    'A step of the build failed.',
    'The log shows what it said; the same command in the terminal of the project shows it too.',
  ],
];

/** Says what a build's error means; anything unknown is at least somebody's to look at. */
export function explainFailure(errorSummary: string): FailureExplanation {
  for (const [pattern, what, todo] of RULES) {
    const match = pattern.exec(errorSummary);
    if (match === null) continue;
    const fill = (text: string): string => text.replaceAll('$1', match[1] ?? '');
    return { what: fill(what), todo: fill(todo) };
  }
  return { what: 'The build failed.', todo: 'Look at the log; if it does not help, tell the operator.' };
}
