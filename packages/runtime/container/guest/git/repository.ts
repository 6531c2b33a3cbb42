import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { ConfigFile } from './config-file.ts';
import { ObjectStore } from './object-store.ts';

/** A link of refs leads to another at most so often. */
const REF_DEPTH = 5;
/** More are not listed but refused: every command that asks for refs would read them all. */
const REFS_LIMIT = 100_000;

/** Where a ref leads: an object, or another ref that may not be there yet. */
export type RefTarget = { readonly oid: string } | { readonly ref: string };

/** A repository with a working tree, found from a folder upwards. */
export class Repository {
  readonly gitFolder: string;
  /** What linked working trees share: objects, refs and configuration. */
  readonly commonFolder: string;
  readonly workTree: string;
  /** The folder in which git was called, from the top, with a slash behind it; empty at the top. */
  readonly prefix: string;
  readonly objects: ObjectStore;
  readonly #config: Readonly<Record<string, string>>;

  constructor(gitFolder: string, workTree: string, cwd: string, overrides: Readonly<Record<string, string>>) {
    this.gitFolder = gitFolder;
    const common = join(gitFolder, 'commondir');
    this.commonFolder = existsSync(common) ? resolve(gitFolder, readFileSync(common, 'utf8').trim()) : gitFolder;
    this.workTree = workTree;
    const inside = relative(workTree, cwd);
    this.prefix = inside === '' || inside.startsWith('..') ? '' : `${inside}/`;
    this.objects = new ObjectStore(join(this.commonFolder, 'objects'));
    this.#config = {
      // git-config(1), "FILES": the nearer file wins, and `git -c` over all.
      ...readConfig(join(homedir(), '.gitconfig')),
      ...readConfig(join(this.commonFolder, 'config')),
      ...overrides,
    };
  }

  get indexPath(): string {
    return join(this.gitFolder, 'index');
  }

  config(name: string): string | undefined {
    return this.#config[name];
  }

  /** All settings, the last of each name. */
  get settings(): Readonly<Record<string, string>> {
    return this.#config;
  }

  /** git-config(1), "Values": anything that is not said to be true is false. */
  flag(name: string, otherwise: boolean): boolean {
    const value = this.#config[name]?.toLowerCase();
    return value === undefined ? otherwise : /^(?:true|yes|on|[1-9]\d*)$/.test(value);
  }

  /** What a ref says, without following it; `undefined` where there is none. */
  readRef(name: string): RefTarget | undefined {
    // HEAD, MERGE_HEAD and their kin are each working tree's own, gitglossary(7) "per-worktree ref".
    const folder = name === 'HEAD' || /^[A-Z_]+$/.test(name) ? this.gitFolder : this.commonFolder;
    const path = join(folder, name);
    if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) {
      const text = readFileSync(path, 'utf8').trim();
      const link = /^ref:\s*(.+)$/.exec(text)?.[1];
      if (link !== undefined) return { ref: link };
      const oid = /^[0-9a-f]{40}/.exec(text)?.[0];
      return oid === undefined ? undefined : { oid };
    }
    const oid = this.#packedRefs().get(name);
    return oid === undefined ? undefined : { oid };
  }

  resolveRef(name: string): string | undefined {
    let target = this.readRef(name);
    for (let depth = 0; target !== undefined && 'ref' in target; depth++) {
      if (depth === REF_DEPTH) return undefined;
      target = this.readRef(target.ref);
    }
    return target?.oid;
  }

  /** The branch on which HEAD stands, as `refs/heads/…`, whether it has a commit or not. */
  headRef(): string | undefined {
    const target = this.readRef('HEAD');
    return target !== undefined && 'ref' in target ? target.ref : undefined;
  }

  /** All refs below `refs/`, by name, sorted. */
  refs(): readonly { readonly name: string; readonly oid: string }[] {
    // A loose ref is written over the packed one of its name: it is the newer.
    const found = new Map(this.#packedRefs());
    const walk = (folder: string): void => {
      const path = join(this.commonFolder, folder);
      if (!existsSync(path)) return;
      for (const entry of readdirSync(path, { withFileTypes: true })) {
        const name = `${folder}/${entry.name}`;
        if (entry.isDirectory()) walk(name);
        else if (!name.endsWith('.lock')) {
          const oid = this.resolveRef(name);
          if (oid !== undefined) found.set(name, oid);
        }
        if (found.size > REFS_LIMIT) throw new Error(`more than ${REFS_LIMIT} refs`);
      }
    };
    walk('refs');
    return [...found].map(([name, oid]) => ({ name, oid })).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  #packed: Map<string, string> | undefined;
  #packedRefs(): ReadonlyMap<string, string> {
    if (this.#packed === undefined) {
      this.#packed = new Map();
      const path = join(this.commonFolder, 'packed-refs');
      const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
      for (const line of text.split('\n')) {
        // Lines with `^` say what a tag is for, and `#` begins the head: both are passed over.
        const match = /^([0-9a-f]{40}) (\S+)$/.exec(line);
        if (match !== null) this.#packed.set(match[2] ?? '', match[1] ?? '');
      }
    }
    return this.#packed;
  }
}

/** The repository around a folder; `undefined` where there is none, or one without a working tree. */
export function findRepository(cwd: string, overrides: Readonly<Record<string, string>>): Repository | undefined {
  const { GIT_DIR, GIT_WORK_TREE } = process.env;
  if (GIT_DIR !== undefined) {
    const folder = resolve(cwd, GIT_DIR);
    return isGitFolder(folder) ? new Repository(folder, resolve(cwd, GIT_WORK_TREE ?? '.'), cwd, overrides) : undefined;
  }
  for (let folder = cwd; ; folder = dirname(folder)) {
    const found = gitFolderOf(folder);
    if (found !== undefined) return new Repository(found, folder, cwd, overrides);
    if (folder === dirname(folder)) return undefined;
  }
}

/** `.git`, or where the file of that name leads (linked working trees and submodules). */
function gitFolderOf(folder: string): string | undefined {
  const path = join(folder, '.git');
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  if (stats.isDirectory()) return isGitFolder(path) ? path : undefined;
  const to = /^gitdir:\s*(.+)/.exec(readFileSync(path, 'utf8'))?.[1];
  return to === undefined ? undefined : resolve(folder, to.trim());
}

/** What git, too, asks for (setup.c, is_git_directory), as far as it can be told cheaply. */
const isGitFolder = (path: string): boolean => existsSync(join(path, 'HEAD')) && existsSync(join(path, 'objects'));

function readConfig(path: string): Readonly<Record<string, string>> {
  return existsSync(path) ? new ConfigFile(readFileSync(path, 'utf8')).values() : {};
}
