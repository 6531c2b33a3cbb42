import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ignore, { type Ignore } from 'ignore';

/** The rules of one `.gitignore`, which count below its folder. */
interface Rules {
  readonly base: string;
  readonly rules: Ignore;
}

/** `excludes` is asked about folders, too, whose paths then end in a slash. */
export interface WalkOptions {
  readonly useIgnoreFiles: boolean;
  /** `node_modules` is made anew from what is saved: it is looked into where a glob names it. */
  readonly packages: boolean;
  excludes(path: string): boolean;
}

/** Folders within folders: a link that leads to itself is none, so this is for what nobody meant. */
const DEEPEST = 64;

/** The paths of the files below a folder, relative to it: a folder's own files first. Links are not followed. */
export function* walkFiles(
  root: string,
  options: WalkOptions,
  folder = '',
  above: readonly Rules[] = [],
): Generator<string> {
  if (folder.split('/').length > DEEPEST) return;
  const entries = listFolder(join(root, folder));
  const rules = entries.some(({ name }) => name === '.gitignore') ? [...above, ...readRules(root, folder)] : above;
  const below: string[] = [];
  for (const entry of entries) {
    const isFolder = entry.isDirectory();
    if (!isFolder && !entry.isFile()) continue;
    if (isFolder && (entry.name === '.git' || (entry.name === 'node_modules' && !options.packages))) continue;
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (options.excludes(isFolder ? `${path}/` : path)) continue;
    // Whoever asks for packages by name means them, though `.gitignore` has them.
    const asked = isFolder && entry.name === 'node_modules';
    if (options.useIgnoreFiles && !asked && isIgnored(rules, path, isFolder)) continue;
    if (isFolder) below.push(path);
    else yield path;
  }
  for (const path of below) yield* walkFiles(root, options, path, rules);
}

/** By name; nothing of a folder that was removed since its name was read. */
function listFolder(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

function readRules(root: string, folder: string): Rules[] {
  try {
    return [{ base: folder, rules: ignore().add(readFileSync(join(root, folder, '.gitignore'), 'utf8')) }];
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

/** The nearest file that says something of a path decides, as in git. */
function isIgnored(rules: readonly Rules[], path: string, isFolder: boolean): boolean {
  for (const { base, rules: own } of rules.toReversed()) {
    const relative = base === '' ? path : path.slice(base.length + 1);
    const { ignored, unignored } = own.test(isFolder ? `${relative}/` : relative);
    if (ignored || unignored) return ignored;
  }
  return false;
}

/** Whether something is not there any more, or cannot be read. */
export function isGone(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  return ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EISDIR'].includes(code);
}
