import { treePathProblem } from '@slipway/contracts';
import { matchesGlob } from './match-glob.ts';

/**
 * Where tools may look and write (AG-11): a path must match one pattern of every list, since a narrower scope is added
 * to a wider one. Without a list there is no scope, and no tool for files.
 */
export type Scope = readonly (readonly string[])[];

/** A path as tools may use it, or why not. Links are looked at where the files are. */
export type CheckedPath = { readonly ok: true; readonly path: string } | { readonly ok: false; readonly why: string };

/** Files that say what the agent may do, or that run by themselves: written only when a person said so. */
const GUARDED = ['slipway.agent.toml', '**/AGENTS.md', '**/CLAUDE.md', '.git', '.git/**'];
/** Files that hold what nobody else should read: read only when a person said so. */
const SECRET = ['**/.env', '**/.env.*', '**/*.pem', '**/.npmrc'];

/** Relative to the project's folder, without `.` and `..`, and inside of the scope. */
export function checkPath(scope: Scope, asked: string): CheckedPath {
  const path = asked.replace(/^(\.\/)+/, '').replace(/\/+$/, '');
  const problem = asked.includes('\\') ? 'holds a backslash' : treePathProblem(path);
  if (problem !== undefined) return { ok: false, why: `The path ${JSON.stringify(asked)} ${problem}` };
  return isInScope(scope, path)
    ? { ok: true, path }
    : { ok: false, why: `The path ${JSON.stringify(asked)} is outside of the scope of this session` };
}

/** An empty scope has no path; of several lists of patterns each must match. */
export function isInScope(scope: Scope, path: string): boolean {
  return scope.length > 0 && scope.every((patterns) => patterns.some((pattern) => matchesGlob(pattern, path)));
}

/** Whether writing it always asks a person, whatever the permission. On some systems a name's case means nothing. */
export function isGuarded(path: string): boolean {
  const lower = path.toLowerCase();
  return GUARDED.some((pattern) => matchesGlob(pattern.toLowerCase(), lower));
}

/** Compared in small letters: on some systems a name's case means nothing. */
export function isSecret(path: string): boolean {
  const lower = path.toLowerCase();
  return SECRET.some((pattern) => matchesGlob(pattern, lower));
}
