import { afterAll, describe, expect, it } from 'vitest';
import { RealRepository } from '../testing/real-git.ts';
import {
  checkObject,
  cleanPersonPart,
  collidingNames,
  type Commit,
  decodeCommit,
  decodeTag,
  decodeText,
  decodeTree,
  EMPTY_TREE_OID,
  encodeCommit,
  encodeTag,
  encodeText,
  encodeTree,
  entryNameProblem,
  type GitErrorCode,
  GitError,
  isRefName,
  linksOf,
  type ObjectType,
  oidOf,
  readCommitLinks,
  TREE_MODES,
  type TreeEntry,
} from '../index.ts';

const real = new RealRepository();
afterAll(() => real.close());

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const hashed = (type: ObjectType, content: Uint8Array): string =>
  real.line(['hash-object', '-w', '--stdin', '-t', type], content);
const codeOf = (run: () => unknown): GitErrorCode | undefined => {
  try {
    run();
  } catch (error) {
    if (error instanceof GitError) return error.code;
    throw error;
  }
  return undefined;
};

const blob = hashed('blob', bytes('hello\n'));
const empty = hashed('tree', bytes(''));

describe('an object’s id', () => {
  it.each([
    ['nothing', bytes('')],
    ['text', bytes('hello\n')],
    ['any bytes', Uint8Array.from({ length: 1000 }, (_, index) => index & 255)],
    ['much', new Uint8Array(300_000)],
  ])('is git’s for %s', (_, content) => {
    expect(oidOf('blob', content)).toBe(hashed('blob', content));
  });

  it('is known for the empty tree', () => {
    expect([oidOf('tree', encodeTree([])), EMPTY_TREE_OID]).toEqual([empty, empty]);
  });
});

describe('a tree', () => {
  const { file, executable, link, tree, commit } = TREE_MODES;
  const names = [
    'a',
    'a.b',
    'a-b',
    'a0',
    'ab',
    'é',
    'e\u0301',
    '\u{1f600}',
    '\uffee',
    'B',
    'sp ace',
    '\udcff\udc80',
    'a\\b',
    'q"',
  ];
  const entries: TreeEntry[] = [
    ...names.map((name): TreeEntry => ({ mode: file, name, oid: blob })),
    ...['a1', 'a-', 'x', 'z.y'].map((name): TreeEntry => ({ mode: tree, name, oid: empty })),
    { mode: tree, name: 'foo', oid: empty },
    { mode: file, name: 'foo.txt', oid: blob },
    { mode: file, name: 'foo0', oid: blob },
    { mode: executable, name: 'run', oid: blob },
    { mode: link, name: 'to', oid: blob },
    { mode: commit, name: 'module', oid: '2'.repeat(40) },
  ];

  it('HI-02 is byte for byte what git mktree makes of any names, modes and order', () => {
    const kind = (mode: number): string => (mode === tree ? 'tree' : mode === commit ? 'commit' : 'blob');
    const lines = entries.map(({ mode, name, oid }) =>
      Buffer.concat([
        bytes(`${mode.toString(8).padStart(6, '0')} ${kind(mode)} ${oid}\t`),
        encodeText(name),
        bytes('\0'),
      ]),
    );
    const made = real.line(['mktree', '-z'], Buffer.concat(lines));
    expect(oidOf('tree', encodeTree(entries))).toBe(made);
    const raw = real.git(['cat-file', 'tree', made]);
    expect(Buffer.from(encodeTree(decodeTree(raw)))).toEqual(raw);
    expect(linksOf({ type: 'tree', bytes: raw })).toHaveLength(entries.length - 1);
  });

  const one = (mode: string, name: string, oid = '1'.repeat(40)): Buffer =>
    Buffer.concat([bytes(`${mode} `), Buffer.from(name), bytes('\0'), Buffer.from(oid, 'hex')]);

  it.each<[string, GitErrorCode, Uint8Array]>([
    ['cut off in a mode', 'bad-tree', bytes('10064')],
    ['cut off in a name', 'bad-tree', bytes('100644 abc')],
    ['cut off in an id', 'bad-tree', one('100644', 'a').subarray(0, -1)],
    ['a mode that is no number', 'bad-mode', one('10064x', 'a')],
    ['a mode with a zero before it', 'bad-mode', one('040000', 'a')],
    ['a mode that git has not', 'bad-mode', one('100600', 'a')],
    ['no mode', 'bad-mode', one('', 'a')],
    ['the null id', 'bad-tree', one('100644', 'a', '0'.repeat(40))],
    ['entries out of order', 'tree-not-sorted', Buffer.concat([one('100644', 'b'), one('100644', 'a')])],
    ['a folder sorted as a file', 'tree-not-sorted', Buffer.concat([one('40000', 'a'), one('100644', 'a.b')])],
    ['an entry twice', 'duplicate-entries', Buffer.concat([one('100644', 'a'), one('100644', 'a')])],
    [
      'a file and a folder of one name',
      'duplicate-entries',
      Buffer.concat([one('100644', 'a'), one('100644', 'a.b'), one('40000', 'a')]),
    ],
    ['a link .gitmodules', 'bad-name', one('120000', '.gitmodules')],
  ])('HI-11 refuses %s', (_, code, tree_) => {
    expect(codeOf(() => decodeTree(tree_))).toBe(code);
  });

  // What git fsck itself says of a tree with one such name is the oracle.
  it.each([
    '.',
    '..',
    '.git',
    '.GIT',
    '.Git',
    'git~1',
    'GIT~1',
    '.git ',
    '.git. .',
    '.git::$INDEX_ALLOCATION',
    '.git:x',
    'a\\.git',
    '.g\u200cit',
    '.git\u200d',
    '\ufeff.git',
    '.gitx',
    '.git~1',
    'git~2',
    'git',
    '...',
    '.gitignore',
    'a\\b',
    '.git\\x',
    'git~1 ',
    ' .git',
    '.gi\u0307t',
  ])('HI-11 allows the name %j exactly if git fsck --strict does', (name) => {
    const raw = one('100644', name, blob);
    const oid = real.line(['hash-object', '-w', '--literally', '--stdin', '-t', 'tree'], raw);
    const said = real.run(['fsck', '--strict', '--no-dangling', oid]).stderr.toString();
    expect(codeOf(() => decodeTree(raw)) === undefined).toBe(!said.includes(oid));
    expect(codeOf(() => encodeTree([{ mode: file, name, oid: blob }]))).toBe(codeOf(() => decodeTree(raw)));
  });

  it('refuses names that cannot stand in a tree', () => {
    for (const name of ['', 'a/b', 'a\0b']) expect(entryNameProblem(name)).toMatch(/^contains/);
    expect(codeOf(() => encodeTree([{ mode: file, name: '\ud800', oid: blob }]))).toBe('bad-text');
  });

  it('tells which names are one on macOS and Windows', () => {
    expect(collidingNames(['a', 'A', 'é', 'e\u0301', 'b'])).toEqual([
      ['a', 'A'],
      ['é', 'e\u0301'],
    ]);
  });
});

describe('a commit', () => {
  const person = { name: 'Zoë', email: 'z@example.org', timeSeconds: 1700000000, zone: '-0230' };
  const commit: Commit = { tree: empty, parents: [], author: person, committer: person, message: 'First\n\nBody\n' };

  it('is what git makes of the same', () => {
    const first = oidOf('commit', encodeCommit(commit));
    expect(hashed('commit', encodeCommit(commit))).toBe(first);
    const second = encodeCommit({ ...commit, parents: [first], extra: [['gpgsig', 'a\n\nb']], message: '' });
    expect(hashed('commit', second)).toBe(oidOf('commit', second));
    const made = real.line(['commit-tree', empty, '-p', first, '-m', 'Märchen']);
    const raw = real.git(['cat-file', 'commit', made]);
    expect(decodeCommit(raw)).toEqual({
      tree: empty,
      parents: [first],
      author: { name: 'A U Thor', email: 'author@example.org', timeSeconds: 1700000000, zone: '+0100' },
      committer: { name: 'C O Mitter', email: 'committer@example.org', timeSeconds: 1700000060, zone: '-0230' },
      message: 'Märchen\n',
    });
    for (const source of [raw, Buffer.from(second)])
      expect(Buffer.from(encodeCommit(decodeCommit(source)))).toEqual(source);
    expect(readCommitLinks(raw)).toEqual({ tree: empty, parents: [first], timeSeconds: 1700000060 });
  });

  it('keeps bytes that are no UTF-8', () => {
    const latin = Buffer.concat([
      Buffer.from(encodeCommit({ ...commit, extra: [['encoding', 'latin1']] })),
      Buffer.of(0xe9, 0x0a),
    ]);
    expect(Buffer.from(encodeCommit(decodeCommit(latin)))).toEqual(latin);
  });

  const author = `author A <a> 1 +0000\n`;
  const committer = `committer A <a> 1 +0000\n`;
  it.each<[string, GitErrorCode, string]>([
    ['no end', 'bad-object', 'tree'],
    ['no tree', 'bad-commit', `${author}${committer}\n`],
    ['a tree that is no id', 'bad-commit', `tree ${'g'.repeat(40)}\n${author}${committer}\n`],
    ['a parent that is no id', 'bad-oid', `tree ${empty}\nparent x\n${author}${committer}\n`],
    ['no author', 'bad-commit', `tree ${empty}\n${committer}\n`],
    ['no committer', 'bad-commit', `tree ${empty}\n${author}\n`],
    ['NUL in its headers', 'bad-commit', `tree ${empty}\nauthor A\0 <a> 1 +0000\n${committer}\n`],
    ['a header without value', 'bad-commit', `tree ${empty}\n${author}${committer}x\n\n`],
  ])('HI-11 refuses %s', (_, code, text) => {
    expect(codeOf(() => decodeCommit(bytes(text)))).toBe(code);
    expect(codeOf(() => checkObject({ type: 'commit', bytes: bytes(text) }))).toBe(code);
  });

  it.each([
    'A <a> 01 +0000',
    'A<a> 1 +0000',
    'A <a> 1',
    'A <a 1 +0000',
    '<a> 1 +0000',
    'A <a> 1 +00000',
    'A <a> 1234567890123456 +0000',
  ])('takes an old author %j where only the history is asked for', (line) => {
    const raw = bytes(`tree ${empty}\nauthor ${line}\n${committer}\nx`);
    expect(codeOf(() => decodeCommit(raw))).toBe('bad-person');
    expect(readCommitLinks(raw)).toEqual({ tree: empty, parents: [], timeSeconds: 1 });
  });

  it('refuses to write an author that would end its line, and can clean one', () => {
    for (const name of ['a\nb', 'a<b', 'a\0b'])
      expect(codeOf(() => encodeCommit({ ...commit, author: { ...person, name } }))).toBe('bad-person');
    expect(cleanPersonPart(' "Dr. <x>\nA\0" ')).toBe('Dr. xA');
  });
});

describe('a tag', () => {
  it('is what git makes of the same', () => {
    const commit = real.line(['commit-tree', empty, '-m', 'x']);
    real.git(['tag', '-a', 'v1', '-m', 'One', commit]);
    const raw = real.git(['cat-file', 'tag', 'v1']);
    const tag = decodeTag(raw);
    expect(tag).toMatchObject({ object: commit, type: 'commit', tag: 'v1', message: 'One\n' });
    expect(Buffer.from(encodeTag(tag))).toEqual(raw);
    expect(linksOf({ type: 'tag', bytes: raw })).toEqual([{ oid: commit, type: 'commit' }]);
    const { tagger: _, ...old } = tag;
    expect(hashed('tag', encodeTag(tag))).toBe(oidOf('tag', raw));
    expect(decodeTag(encodeTag(old))).toEqual(old);
  });

  it('HI-11 refuses what leads nowhere', () => {
    for (const text of [
      `object x\ntype commit\ntag a\n\n`,
      `object ${empty}\ntype x\ntag a\n\n`,
      `object ${empty}\ntag a\n\n`,
    ])
      expect(codeOf(() => checkObject({ type: 'tag', bytes: bytes(text) }))).toBe('bad-tag');
  });
});

describe('text', () => {
  it('gives back any bytes', () => {
    let seed = 7;
    for (let round = 0; round < 2000; round++) {
      const some = Uint8Array.from({ length: round % 9 }, () => {
        seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
        return [0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80, 0x41, 0xed, 0xa0, 0xc3, 0xa9][(seed >>> 16) % 12] ?? 0;
      });
      expect(Buffer.from(encodeText(decodeText(some)))).toEqual(Buffer.from(some));
    }
  });
});

describe('a ref’s name', () => {
  it.each([
    'refs/heads/main',
    'refs/heads/a/b',
    'main',
    'refs/heads/',
    'refs//a',
    '/refs/a',
    'refs/a.lock',
    'refs/.a',
    'refs/a..b',
    'refs/a b',
    'refs/a~1',
    'refs/a^',
    'refs/a:b',
    'refs/a?',
    'refs/a*',
    'refs/[a',
    'refs/a\\b',
    'refs/a@{b',
    'refs/@',
    'refs/a.',
    'refs/é',
    'refs/a\x7f',
    'refs/a.lock/b',
    'refs/a\x01',
  ])('%j is allowed exactly if git check-ref-format allows it', (name) => {
    expect(isRefName(name)).toBe(real.run(['check-ref-format', name]).status === 0);
  });
});
