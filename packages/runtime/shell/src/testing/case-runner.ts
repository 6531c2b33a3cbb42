/** Runs the cases of a command: all of them in one shell, each in a folder and a subshell of its own. */
import type { AppletCases, OwnCase } from './applet-cases.ts';

export type { AppletCases };

/** What one case printed, with its status. */
export interface CaseResult {
  readonly stdout: string;
  readonly status: number;
  readonly stderr: string;
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The scripts that have to do the same here and on the machine. */
export const sharedScripts = ({ same = '', wordsDiffer = '', sessions = [] }: AppletCases): string[] => [
  ...linesOf(same),
  ...[...linesOf(wordsDiffer), ...sessions].map((script) => `exec 2> /dev/null\n${script}`),
];

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line.trim() !== '');

/** One script that runs them all. Its output is for `readResults`. */
export function scriptOf(setup: string, scripts: readonly string[]): string {
  const lines = scripts.map((script, index) =>
    [
      `mkdir c${index}; cd c${index}`,
      `eval ${quoted(setup)}`,
      `(eval ${quoted(script)}) 2> ../err${index}`,
      String.raw`printf '\036%s\036' $?`,
      `cat ../err${index}; printf '\\035'; cd ..`,
    ].join('\n'),
  );
  return lines.join('\n');
}

/** The output of `scriptOf`, taken apart. */
export function readResults(output: string): CaseResult[] {
  return output
    .split('\x1d')
    .slice(0, -1)
    .map((text) => {
      const [stdout = '', status = '', stderr = ''] = text.split('\x1e');
      return { stdout, status: Number(status), stderr };
    });
}

/** What `ours` expects. */
export const expectedOf = ({ prints, status = 0, complains = '' }: OwnCase): CaseResult => ({
  stdout: prints,
  status,
  stderr: complains,
});
