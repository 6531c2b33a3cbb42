import { relative } from 'node:path';
import type { BranchStatus, Status, StatusEntry } from './read-status.ts';
import { quotePath } from './quote-path.ts';

const NULL_OID = '0'.repeat(40);

/** `quoteHigh`: core.quotePath, bytes above 127 in octal; `stashes` undefined: nobody asked for them. */
export interface StatusShape {
  readonly branch: boolean;
  /** NULs behind the paths, and nothing quoted. */
  readonly nul: boolean;
  readonly quoteHigh: boolean;
  /** Where git was called, from the top; what is for people is told from there. */
  readonly prefix: string;
  readonly stashes: number | undefined;
}

/** `--porcelain=v2`, git-status(1). */
export function showPorcelainV2(status: Status, shape: StatusShape): string {
  const { branch } = status;
  const lines: string[] = [];
  const end = shape.nul ? '\0' : '\n';
  const path = (text: string): string => (shape.nul ? text : quotePath(text, shape.quoteHigh));
  if (shape.branch) {
    lines.push(`# branch.oid ${branch.oid ?? '(initial)'}`, `# branch.head ${branch.name ?? '(detached)'}`);
    if (branch.upstream !== undefined) lines.push(`# branch.upstream ${branch.upstream}`);
    if (branch.ahead !== undefined) lines.push(`# branch.ab +${branch.ahead} -${branch.behind ?? 0}`);
  }
  if (shape.stashes !== undefined && shape.stashes > 0) lines.push(`# stash ${shape.stashes}`);
  for (const entry of inOrder(status.entries)) {
    const { staged, work, head, index, stages, from } = entry;
    if (stages !== undefined) {
      const modes = stages.map((stage) => octal(stage?.mode)).join(' ');
      const oids = stages.map((stage) => stage?.oid ?? NULL_OID).join(' ');
      lines.push(`u ${staged}${work} N... ${modes} ${octal(entry.workMode)} ${oids} ${path(entry.path)}`);
      continue;
    }
    const kind = from === undefined ? '1' : '2';
    const modes = `${octal(head?.mode)} ${octal(work === 'A' ? 0 : index?.mode)} ${octal(entry.workMode)}`;
    const oids = `${head?.oid ?? NULL_OID} ${work === 'A' ? NULL_OID : (index?.oid ?? NULL_OID)}`;
    const score = from === undefined ? '' : `R${entry.score ?? 100} `;
    const behind = from === undefined ? '' : (shape.nul ? '\0' : '\t') + path(from);
    lines.push(`${kind} ${staged}${work} N... ${modes} ${oids} ${score}${path(entry.path)}${behind}`);
  }
  lines.push(...status.untracked.map((each) => `? ${path(each)}`), ...status.ignored.map((each) => `! ${path(each)}`));
  return lines.map((line) => line + end).join('');
}

/** Conflicts are told behind the rest. */
const inOrder = (entries: readonly StatusEntry[]): readonly StatusEntry[] => [
  ...entries.filter(({ stages }) => stages === undefined),
  ...entries.filter(({ stages }) => stages !== undefined),
];

const octal = (mode: number | undefined): string => (mode ?? 0).toString(8).padStart(6, '0');

/**
 * As git's wt-status does: with `--porcelain=v2` every `u` line follows the `1` and `2` lines, whatever the paths'
 * order.
 */
export function showShort(status: Status, shape: StatusShape, colours: Colours = NO_COLOURS): string {
  const end = shape.nul ? '\0' : '\n';
  const path = (text: string): string => {
    if (shape.nul) return text;
    const shown = quotePath(fromHere(text, shape.prefix), shape.quoteHigh);
    return shown.includes(' ') && !shown.startsWith('"') ? `"${shown}"` : shown;
  };
  const lines: string[] = [];
  if (shape.branch) lines.push(`## ${branchLine(status.branch, colours)}`);
  for (const entry of status.entries) {
    const { staged, work, from, stages } = entry;
    const letters =
      stages !== undefined
        ? colours.work(staged + work)
        : (staged === '.' ? ' ' : colours.staged(staged)) + (work === '.' ? ' ' : colours.work(work));
    if (from === undefined) lines.push(`${letters} ${path(entry.path)}`);
    else if (shape.nul) lines.push(`${letters} ${entry.path}\0${from}`);
    else lines.push(`${letters} ${path(from)} -> ${path(entry.path)}`);
  }
  lines.push(...status.untracked.map((each) => `${colours.work('??')} ${path(each)}`));
  lines.push(...status.ignored.map((each) => `${colours.work('!!')} ${path(each)}`));
  return lines.map((line) => line + end).join('');
}

/** wt_shortstatus_print_tracking. An upstream without counts is one that is gone, or nobody wanted to count. */
function branchLine(branch: BranchStatus, { staged, work }: Colours): string {
  if (branch.name === undefined) return work('HEAD (no branch)');
  const name = staged(branch.name);
  const unborn = branch.oid === undefined ? 'No commits yet on ' : '';
  if (branch.upstream === undefined) return unborn + name;
  const apart = [
    ...(branch.ahead ? [`ahead ${staged(String(branch.ahead))}`] : []),
    ...(branch.behind ? [`behind ${work(String(branch.behind))}`] : []),
  ].join(', ');
  const state = branch.oid !== undefined && branch.ahead === undefined ? 'gone' : apart;
  return `${unborn}${name}...${work(branch.upstream)}${state === '' ? '' : ` [${state}]`}`;
}

/** A path from the top as it is called from the folder `prefix`. */
export function fromHere(path: string, prefix: string): string {
  if (prefix === '') return path;
  const folder = path.endsWith('/') ? '/' : '';
  const shown = relative(`/${prefix}`, `/${path}`);
  return shown === '' ? `.${folder}` : shown + folder;
}

/** How a terminal shows what is staged, and what is not. */
export interface Colours {
  staged(text: string): string;
  work(text: string): string;
}

/** For what programs read, and for output that is no terminal. */
export const NO_COLOURS: Colours = { staged: (text) => text, work: (text) => text };
/** Green and red, git's defaults of `color.status.added` and `color.status.changed`. */
export const TERMINAL_COLOURS: Colours = {
  staged: (text) => `\x1b[32m${text}\x1b[m`,
  work: (text) => `\x1b[31m${text}\x1b[m`,
};
