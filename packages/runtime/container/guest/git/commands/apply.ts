/** git-apply(1): patches as git and diff make them, onto the files, the index, or both. */
import { chmodSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { compareEntries, EXECUTABLE_MODE, FILE_MODE, type IndexEntry, readIndex, writeIndex } from '../index-file.ts';
import { type OwnCommand, parseOptions, Refusal } from './command.ts';
import { applyHunks, type FilePatch, parsePatch } from '../parse-patch.ts';
import { rememberedStat } from '../work-tree.ts';

/** Where a patch is read and written: the files, the index, or both at once. */
type Target = 'files' | 'index' | 'both';

/** What is to be written once all patches fit. */
interface Outcome {
  readonly patch: FilePatch;
  /** `undefined` where the file goes. */
  readonly bytes: Buffer | undefined;
  readonly mode: number;
}

/** Everything is tried before anything is written: a patch applies as a whole or not at all. */
export const applyPatch: OwnCommand = ({ repository, args, input, err }) => {
  const parsed = parseOptions(
    args,
    '--cached --index -R --reverse --check -p= -q --quiet -v --verbose --whitespace= --recount --unidiff-zero'.split(
      ' ',
    ),
  );
  if (parsed === undefined) return undefined;
  const { options } = parsed;
  const named = [...parsed.words, ...(parsed.paths ?? [])].filter((word) => word !== '-');
  const text = Buffer.concat(
    named.length === 0
      ? [input()]
      : named.map((path) => readFileSync(resolve(repository.workTree, repository.prefix, path))),
  );
  const strip = Number(options.get('-p')?.at(-1) ?? 1);
  const patches = parsePatch(text, strip, options.has('-R') || options.has('--reverse'));
  if (patches.length === 0) throw new Refusal('error: No valid patches in input (allow with "--allow-empty")');
  const target: Target = options.has('--cached') ? 'index' : options.has('--index') ? 'both' : 'files';
  const { entries } = readIndex(repository.indexPath);
  const byPath = new Map(entries.filter(({ stage }) => stage === 0).map((entry) => [entry.path, entry]));
  const outcomes: Outcome[] = [];
  let failed = false;
  for (const patch of patches) {
    const path = patch.from ?? patch.to ?? '';
    const result = tryOne(patch, readBefore(path));
    if ('problem' in result) {
      failed = true;
      err(`error: ${result.problem}\n`);
    } else outcomes.push({ patch, ...result });
  }
  if (failed) return 1;
  if (options.has('--check')) return 0;
  const next = new Map(entries.map((entry) => [`${entry.path}\0${entry.stage}`, entry]));
  for (const outcome of outcomes) write(outcome);
  if (target !== 'files') writeIndex(repository.indexPath, [...next.values()].toSorted(compareEntries));
  return 0;

  /** The index alone with `--cached`. A link or a folder counts as no file: git refuses to patch through one. */
  function readBefore(path: string): { readonly bytes: Buffer; readonly mode: number } | undefined {
    const entry: IndexEntry | undefined = byPath.get(path);
    if (target === 'index')
      return entry === undefined ? undefined : { bytes: repository.objects.read(entry.oid).bytes, mode: entry.mode };
    const stats = lstatSync(join(repository.workTree, path), { throwIfNoEntry: false });
    if (stats?.isFile() !== true) return undefined;
    const mode = (stats.mode & 0o100) === 0 ? FILE_MODE : EXECUTABLE_MODE;
    return { bytes: readFileSync(join(repository.workTree, path)), mode };
  }

  /**
   * A rename takes the older name away. What goes to the index alone has no stat, so git compares its bytes
   * the next time.
   */
  function write({ patch, bytes, mode }: Outcome): void {
    const { from, to } = patch;
    if (from !== undefined && from !== to) {
      next.delete(`${from}\0${0}`);
      if (target !== 'index' && !patch.copies) rmSync(join(repository.workTree, from), { force: true });
    }
    if (to === undefined || bytes === undefined) return;
    const whole = join(repository.workTree, to);
    if (target !== 'index') {
      mkdirSync(dirname(whole), { recursive: true });
      writeFileSync(whole, bytes);
      chmodSync(whole, mode === EXECUTABLE_MODE ? 0o755 : 0o644);
    }
    if (target === 'files') return;
    const stats = target === 'both' ? lstatSync(whole) : undefined;
    const oid = repository.objects.write('blob', bytes);
    next.set(`${to}\0${0}`, {
      path: to,
      mode,
      oid,
      stage: 0,
      stat: stats === undefined ? undefined : rememberedStat(stats),
    });
  }
};

/** What a patch makes of one file; nothing is written. The problem is in git's words, without its `error: `. */
function tryOne(
  patch: FilePatch,
  before: { readonly bytes: Buffer; readonly mode: number } | undefined,
): { readonly bytes: Buffer | undefined; readonly mode: number } | { readonly problem: string } {
  const { from, to, hunks } = patch;
  if (from !== undefined && before === undefined) return { problem: `${from}: No such file or directory` };
  if (from === undefined && before !== undefined)
    return { problem: `${to ?? ''}: already exists in working directory` };
  if (patch.binary) return { problem: `cannot apply binary patch to '${to ?? from ?? ''}' without full index line` };
  const result = applyHunks(before?.bytes ?? Buffer.alloc(0), hunks);
  if ('failedAt' in result)
    return {
      problem: `patch failed: ${from ?? to ?? ''}:${result.failedAt}\nerror: ${from ?? to ?? ''}: patch does not apply`,
    };
  return { bytes: to === undefined ? undefined : result.bytes, mode: patch.mode ?? before?.mode ?? FILE_MODE };
}
