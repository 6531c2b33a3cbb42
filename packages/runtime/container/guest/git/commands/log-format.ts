import type { Repository } from '../repository.ts';
import { type CommitHead, walkCommits } from '../revisions.ts';
import type { OwnCommand } from './command.ts';
import { parseOptions } from './command.ts';
import { commitNamed, shortOid } from './refs.ts';

/** What `%…` stands for; the library knows more of them. */
type Placeholder = (commit: CommitHead, read: ReadCommit) => string;

/** Of one commit, read once. */
interface ReadCommit {
  readonly repository: Repository;
  readonly head: string;
  readonly message: string;
  readonly decorations: ReadonlyMap<string, readonly string[]>;
}

/** Part 1 of the line is the name, 2 the address, 3 the seconds; empty where a commit has no such line. */
const person =
  (kind: 'author' | 'committer', at: 1 | 2 | 3): Placeholder =>
  (_, { head }) =>
    new RegExp(`^${kind} (.*) <(.*)> (\\d+) [+-]\\d{4}$`, 'm').exec(head)?.[at] ?? '';
/** git-log(1), "PRETTY FORMATS". `%D` is `%d` without brackets. */
const PLACEHOLDERS: Readonly<Record<string, Placeholder>> = {
  H: ({ oid }) => oid,
  h: ({ oid }, { repository }) => shortOid(repository, oid),
  T: ({ tree }) => tree,
  P: ({ parents }) => parents.join(' '),
  p: ({ parents }, { repository }) => parents.map((oid) => shortOid(repository, oid)).join(' '),
  an: person('author', 1),
  ae: person('author', 2),
  at: person('author', 3),
  cn: person('committer', 1),
  ce: person('committer', 2),
  ct: person('committer', 3),
  s: (_, { message }) => (message.split(/\n\s*\n/, 1)[0] ?? '').trim().replaceAll('\n', ' '),
  b: (_, { message }) => message.replace(/^[\s\S]*?(?:\n\s*\n|$)/, ''),
  B: (_, { message }) => message,
  D: ({ oid }, { decorations }) => (decorations.get(oid) ?? []).join(', '),
  n: () => '\n',
  '%': () => '%',
};

/**
 * `git log` in a format of one's own, from one commit on: no file is read for it. `%x09` and the like in other formats
 * become what they stand for, as the library does not know them.
 */
export const logFormat: OwnCommand = ({ repository, args, out }) => {
  const replaced = args.map((arg) =>
    /^--(?:format|pretty)=/.test(arg)
      ? arg.replace(/%x([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
      : arg,
  );
  const handOn = replaced.some((arg, at) => arg !== args[at]) ? { args: replaced } : undefined;
  const numbered = replaced.map((arg) => (/^-\d+$/.test(arg) ? `-n${arg.slice(1)}` : arg));
  const parsed = parseOptions(numbered, ['--format=', '-n=', '--max-count=', '--skip=']);
  const format = parsed?.options
    .get('--format')
    ?.at(-1)
    ?.replace(/^t?format:/, '');
  if (parsed === undefined || format === undefined || parsed.paths !== undefined || parsed.words.length > 1)
    return handOn;
  const names = format.match(/%(?:[a-z]{2}|.)/g) ?? [];
  const known = (name: string): Placeholder | undefined =>
    Object.hasOwn(PLACEHOLDERS, name) ? PLACEHOLDERS[name] : undefined;
  const split = /%(an|ae|at|cn|ce|ct|[HhTPpsbBDn%])/g;
  if (names.length === 0 || format.replace(split, '').includes('%')) return handOn;
  const [word = 'HEAD'] = parsed.words;
  if (word.includes('..') || word.startsWith('^') || repository.resolveRef('HEAD') === undefined) return handOn;
  const most = Number(parsed.options.get('-n')?.at(-1) ?? parsed.options.get('--max-count')?.at(-1) ?? Infinity);
  const skip = Number(parsed.options.get('--skip')?.at(-1) ?? 0);
  const decorations = format.includes('%D') ? readDecorations(repository) : new Map<string, string[]>();
  let at = 0;
  for (const commit of walkCommits(repository.objects, [commitNamed(repository, word)], [])) {
    if (at++ < skip) continue;
    if (at > skip + most) break;
    const text = repository.objects.read(commit.oid).bytes.toString('utf8');
    const end = text.indexOf('\n\n');
    const read = { repository, head: text.slice(0, end), message: text.slice(end + 2), decorations };
    out(`${format.replace(split, (all, name: string) => known(name)?.(commit, read) ?? all)}\n`);
  }
  return 0;
};

/** As log-tree.c writes them: HEAD and its branch first, then tags, remotes and branches, each by name. */
function readDecorations(repository: Repository): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const put = (oid: string, text: string): void => {
    found.set(oid, [...(found.get(oid) ?? []), text]);
  };
  const [head, at] = [repository.headRef(), repository.resolveRef('HEAD')];
  if (at !== undefined) put(at, head === undefined ? 'HEAD' : `HEAD -> ${head.replace(/^refs\/heads\//, '')}`);
  const order = ['refs/tags/', 'refs/remotes/', 'refs/heads/'];
  for (const place of order)
    for (const { name, oid } of repository.refs()) {
      if (!name.startsWith(place) || name === head) continue;
      const short = name.slice(place.length);
      if (place !== 'refs/tags/') put(oid, short);
      else {
        const object = repository.objects.read(oid);
        const target =
          object.type === 'tag' ? /^object ([0-9a-f]{40})/.exec(object.bytes.toString('latin1'))?.[1] : oid;
        if (target !== undefined) put(target, `tag: ${short}`);
      }
    }
  return found;
}
