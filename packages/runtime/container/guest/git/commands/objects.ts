/** The plumbing that reads and writes single objects. */
import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { isLinkMode } from '@slipway/posix';
import { EXECUTABLE_MODE, GITLINK_MODE, readIndex } from '../index-file.ts';
import { isType, ObjectStore, type StoredObject } from '../object-store.ts';
import { quotePath } from '../quote-path.ts';
import type { Repository } from '../repository.ts';
import { peel, resolveRevision } from '../revisions.ts';
import { encodeTree, parseTree, type TreeEntry, TREE_MODE } from '../tree-files.ts';
import { type CommandCall, isWithin, type OwnCommand, parseOptions, Refusal } from './command.ts';

/** git-cat-file(1): -t -s -e -p, a type, --batch, --batch-check. */
export const catFile: OwnCommand = (call) => {
  const { repository, args, out } = call;
  const parsed = parseOptions(args, ['-t', '-s', '-e', '-p', '--batch', '--batch-check']);
  if (parsed === undefined) return undefined;
  const { options, words } = parsed;
  if (options.has('--batch') || options.has('--batch-check')) return batch(call, options.has('--batch'));
  const [first = '', second] = words;
  const name = second ?? first;
  const type = second === undefined ? undefined : first;
  if (name === '' || (type !== undefined && !isType(type))) return undefined;
  const oid = resolveRevision(repository, name);
  const found = oid === undefined ? undefined : repository.objects.find(oid);
  if (options.has('-e') && oid !== undefined) return found === undefined ? 1 : 0;
  if (oid === undefined || found === undefined) throw new Refusal(`fatal: Not a valid object name ${name}`);
  if (options.has('-t')) out(`${found.type}\n`);
  else if (options.has('-s')) out(`${found.bytes.length}\n`);
  else if (options.has('-p')) out(found.type === 'tree' ? listTree(parseTree(found.bytes), repository) : found.bytes);
  else {
    const peeled = type === undefined ? undefined : peel(repository.objects, oid, type);
    if (peeled === undefined) throw new Refusal(`fatal: git cat-file ${name}: bad file`);
    out(repository.objects.read(peeled).bytes);
  }
  return 0;
};

/** --batch: a header for each name, and the bytes behind it; a name that is nothing is "missing" and no failure. */
function batch({ repository, input, out }: CommandCall, whole: boolean): number {
  for (const name of input().toString('utf8').split('\n').slice(0, -1)) {
    const oid = resolveRevision(repository, name);
    const found: StoredObject | undefined = oid === undefined ? undefined : repository.objects.find(oid);
    if (oid === undefined || found === undefined) {
      out(`${name} missing\n`);
      continue;
    }
    out(`${oid} ${found.type} ${found.bytes.length}\n`);
    if (!whole) continue;
    out(found.bytes);
    out('\n');
  }
  return 0;
}

/** A tree names types by modes alone: a submodule's is a commit of another repository. */
const kindOf = ({ mode }: TreeEntry): string =>
  mode === TREE_MODE ? 'tree' : mode === GITLINK_MODE ? 'commit' : 'blob';

/** As `ls-tree` prints it, and `cat-file -p` of a tree. */
const listTree = (entries: readonly TreeEntry[], repository: Repository): string =>
  entries
    .map((entry) => {
      const name = quotePath(entry.name, repository.flag('core.quotepath', true));
      return `${entry.mode.toString(8).padStart(6, '0')} ${kindOf(entry)} ${entry.oid}\t${name}\n`;
    })
    .join('');

/** git-ls-tree(1): -r -t -d -l -z --name-only --full-tree. */
export const lsTree: OwnCommand = ({ repository, args, out }) => {
  const parsed = parseOptions(
    args,
    '-r -t -d -l --long -z --name-only --name-status --object-only --full-tree --full-name'.split(' '),
  );
  const [name, ...paths] = parsed?.words ?? [];
  if (parsed === undefined || name === undefined) return undefined;
  const { options } = parsed;
  const { objects } = repository;
  const oid = resolveRevision(repository, name);
  const root = oid === undefined ? undefined : peel(objects, oid, 'tree');
  if (root === undefined) throw new Refusal(`fatal: Not a valid object name ${name}`);
  // Without --full-tree a folder of the working tree sees its own part, named from there.
  const here = options.has('--full-tree') ? '' : repository.prefix;
  const wanted = [...paths, ...(parsed.paths ?? [])].map((path) => here + path.replace(/\/$/, ''));
  const scope = wanted.length === 0 && here !== '' ? [here.slice(0, -1)] : wanted;
  // `folder/` shows what is in the folder, `folder` the folder itself.
  const opens = new Set(
    [...paths, ...(parsed.paths ?? [])].filter((path) => path.endsWith('/')).map((path) => here + path.slice(0, -1)),
  );
  const end = options.has('-z') ? '\0' : '\n';
  const show = (entry: TreeEntry, path: string): void => {
    const shown = here !== '' && !options.has('--full-name') && path.startsWith(here) ? path.slice(here.length) : path;
    const named = options.has('-z') ? shown : quotePath(shown, repository.flag('core.quotepath', true));
    if (options.has('--name-only') || options.has('--name-status')) return out(named + end);
    if (options.has('--object-only')) return out(entry.oid + end);
    const size = kindOf(entry) === 'blob' ? String(objects.read(entry.oid).bytes.length) : '-';
    const long = options.has('-l') || options.has('--long') ? ` ${size.padStart(7)}` : '';
    out(`${entry.mode.toString(8).padStart(6, '0')} ${kindOf(entry)} ${entry.oid}${long}\t${named}${end}`);
  };
  const walk = (tree: string, prefix: string): void => {
    for (const entry of parseTree(objects.read(tree).bytes)) {
      const path = prefix + entry.name;
      const isFolder = entry.mode === TREE_MODE;
      // On the way to a path that was named: opened, and not shown itself.
      const leads = isFolder && scope.some((each) => each.startsWith(`${path}/`));
      const isOpen = leads || opens.has(path) || (here !== '' && wanted.length === 0 && `${path}/` === here);
      if (!isWithin(path, scope) && !leads) continue;
      const descends = isFolder && (options.has('-r') || isOpen);
      if (!descends || (options.has('-t') && isWithin(path, scope)))
        if (!options.has('-d') || isFolder) show(entry, path);
      if (descends) walk(entry.oid, `${path}/`);
    }
  };
  walk(root, '');
  return 0;
};

/** git-hash-object(1): -w -t --stdin --stdin-paths --path. */
export const hashObject: OwnCommand = ({ repository, args, input, out }) => {
  const parsed = parseOptions(args, [
    '-w',
    '-t=',
    '--stdin',
    '--stdin-paths',
    '--path=',
    '--no-filters',
    '--literally',
  ]);
  if (parsed === undefined) return undefined;
  const { options } = parsed;
  const type = options.get('-t')?.at(-1) ?? 'blob';
  if (!isType(type)) throw new Refusal(`fatal: invalid object type "${type}"`);
  const put = (bytes: Uint8Array): void =>
    out(`${options.has('-w') ? repository.objects.write(type, bytes) : ObjectStore.idOf(type, bytes)}\n`);
  if (options.has('--stdin')) put(input());
  const listed = options.has('--stdin-paths') ? input().toString('utf8').split('\n').slice(0, -1) : [];
  for (const path of [...parsed.words, ...(parsed.paths ?? []), ...listed])
    put(readNamed(join(repository.workTree, repository.prefix), path));
  return 0;
};

/** Reads, or ends the command in git's words and not in Node's. */
function readNamed(folder: string, path: string): Buffer {
  try {
    return readFileSync(isAbsolute(path) ? path : join(folder, path));
  } catch (error) {
    throw new Refusal(`fatal: could not open '${path}' for reading: ${reasonOf(error)}`);
  }
}

/** The words of strerror(3), not those of Node. */
const reasonOf = (error: unknown): string =>
  (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'No such file or directory' : String((error as Error).message);

/** git-write-tree(1). */
export const writeTree: OwnCommand = ({ repository, args, out, err }) => {
  if (args.length > 0) return undefined;
  const { entries } = readIndex(repository.indexPath);
  const unmerged = entries.filter(({ stage }) => stage > 0);
  if (unmerged.length > 0) {
    err(unmerged.map(({ path, oid }) => `${path}: unmerged (${oid})\n`).join(''));
    throw new Refusal('fatal: git-write-tree: error building trees');
  }
  out(`${treeOf(repository, entries)}\n`);
  return 0;
};

/** Writes the trees of files sorted by path, and names the top one. */
export function treeOf(
  repository: Repository,
  files: readonly { readonly path: string; readonly mode: number; readonly oid: string }[],
): string {
  const entries: TreeEntry[] = [];
  const folders = new Map<string, { path: string; mode: number; oid: string }[]>();
  for (const { path, mode, oid } of files) {
    const slash = path.indexOf('/');
    if (slash < 0) entries.push({ name: path, mode, oid });
    else {
      const name = path.slice(0, slash);
      const below = folders.get(name) ?? [];
      below.push({ path: path.slice(slash + 1), mode, oid });
      folders.set(name, below);
    }
  }
  for (const [name, below] of folders) entries.push({ name, mode: TREE_MODE, oid: treeOf(repository, below) });
  return repository.objects.write('tree', encodeTree(entries));
}

/** git-archive(1) as tar, without compression. */
export const archive: OwnCommand = ({ repository, args, out }) => {
  const parsed = parseOptions(args, ['--format=', '--prefix=']);
  const [name, ...paths] = parsed?.words ?? [];
  const format = parsed?.options.get('--format')?.at(-1) ?? 'tar';
  if (parsed === undefined || name === undefined || format !== 'tar') return undefined;
  const { objects } = repository;
  const oid = resolveRevision(repository, name);
  const root = oid === undefined ? undefined : peel(objects, oid, 'tree');
  if (root === undefined || oid === undefined) throw new Refusal(`fatal: not a valid object name: ${name}`);
  const commit = peel(objects, oid, 'commit');
  const head = commit === undefined ? '' : objects.read(commit).bytes.toString('utf8');
  const time =
    commit === undefined ? Math.floor(Date.now() / 1000) : Number(/^committer .* (\d+) /m.exec(head)?.[1] ?? 0);
  const prefix = parsed.options.get('--prefix')?.at(-1) ?? '';
  const walk = (tree: string, folder: string): void => {
    for (const { name: each, mode, oid: id } of parseTree(objects.read(tree).bytes)) {
      const path = folder + each;
      if (mode === TREE_MODE) {
        if (isWithin(path, paths))
          tarEntry(out, { name: `${prefix}${path}/`, mode: 0o775, time, type: '5', bytes: Buffer.alloc(0) });
        walk(id, `${path}/`);
      } else if (isWithin(path, paths) && mode !== GITLINK_MODE) {
        const { bytes } = objects.read(id);
        const isLink = isLinkMode(mode);
        tarEntry(out, {
          name: prefix + path,
          mode: mode === EXECUTABLE_MODE ? 0o775 : isLink ? 0o777 : 0o664,
          time,
          type: isLink ? '2' : '0',
          bytes,
        });
      }
    }
  };
  if (prefix.endsWith('/')) tarEntry(out, { name: prefix, mode: 0o775, time, type: '5', bytes: Buffer.alloc(0) });
  walk(root, '');
  // POSIX: two records of zeros end an archive.
  out(Buffer.alloc(1024));
  return 0;
};

/** One member; the bytes of a link are what it leads to. */
interface TarEntry {
  readonly name: string;
  readonly mode: number;
  readonly time: number;
  /** Of ustar: a file, a link, a folder. */
  readonly type: '0' | '2' | '5';
  readonly bytes: Buffer;
}

/** ustar, POSIX pax(1): a name of up to 100 bytes, behind a prefix of up to 155. */
const NAME_BYTES = 100;
const PREFIX_BYTES = 155;
const RECORD_BYTES = 512;

/** POSIX ustar. */
function tarEntry(out: CommandCall['out'], { name, mode, time, type, bytes }: TarEntry): void {
  const head = Buffer.alloc(RECORD_BYTES);
  const size = type === '0' ? bytes.length : 0;
  let [prefix, rest] = ['', name];
  if (Buffer.byteLength(name) > NAME_BYTES) {
    const slash = name.indexOf('/', Buffer.byteLength(name) - NAME_BYTES - 1);
    if (slash < 0 || slash > PREFIX_BYTES) throw new Refusal(`fatal: the path is too long for a tar file: ${name}`);
    [prefix, rest] = [name.slice(0, slash), name.slice(slash + 1)];
  }
  const field = (text: string, at: number): void => {
    head.write(text, at);
  };
  field(rest, 0);
  field(`${mode.toString(8).padStart(7, '0')}\0${'0'.repeat(7)}\0${'0'.repeat(7)}\0`, 100);
  field(`${size.toString(8).padStart(11, '0')}\0${time.toString(8).padStart(11, '0')}\0${' '.repeat(8)}${type}`, 124);
  if (type === '2') field(bytes.toString('utf8'), 157);
  field('ustar\x0000root', 257);
  field('root', 297);
  field(prefix, 345);
  const sum = head.reduce((total, byte) => total + byte, 0);
  field(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  out(head);
  if (size === 0) return;
  out(bytes);
  out(Buffer.alloc((RECORD_BYTES - (size % RECORD_BYTES)) % RECORD_BYTES));
}
