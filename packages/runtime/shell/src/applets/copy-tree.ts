import { OpenFlags, strerror } from '@slipway/posix';
import { type Stat } from '@slipway/vfs';
import { isDirectory, isFile, isLink, joinPath, statPath } from '../io/files.ts';
import type { AppletContext } from './applet.ts';

/** What cp -r and mv between directories have in common. */
export interface CopyOptions {
  readonly recursive: boolean;
  /** Links in the tree are copied as links; else what they lead to is copied, once for each. */
  readonly keepLinks: boolean;
  /** Mode, owner and times as they were (`-p`). */
  readonly preserve: boolean;
  /** A file that cannot be written is removed and made anew (`-f`). */
  readonly force: boolean;
  readonly noClobber: boolean;
  /** Only where the source is younger (`-u`). */
  readonly update: boolean;
  readonly verbose: boolean;
}

// Bytes read at a time.
const CHUNK = 1 << 20;
// Directories inside each other; the calls recurse. A link that leads back ends here too.
const MAX_DEPTH = 500;

/**
 * Copies one file or tree; problems are reported and counted. Names are as
 * the user wrote them. `followFirst`: a link is copied as what it leads
 * to; below, it depends on `keepLinks`. False when anything went wrong.
 */
export function copyTree(
  context: AppletContext,
  from: string,
  to: string,
  options: CopyOptions,
  followFirst: boolean,
  depth = 0,
): boolean {
  const { sys } = context;
  const { fs } = sys;
  const complain = (message: string): false => {
    context.fail(message);
    return false;
  };
  if (depth > MAX_DEPTH) return complain(`cannot copy '${from}': too deeply nested`);
  const source = sys.absolute(from);
  const target = sys.absolute(to);
  const stat = statPath(fs, source, followFirst);
  if (typeof stat === 'number') return complain(`cannot stat '${from}': ${strerror(stat)}`);
  // Not followed: a link that leads nowhere is a target as well.
  const existing = statPath(fs, target, false);
  if (typeof existing !== 'number') {
    // Also through a link: writing would empty the file that is to be read.
    const resolved = statPath(fs, target);
    if (typeof resolved !== 'number' && resolved.ino === stat.ino)
      return complain(`'${from}' and '${to}' are the same file`);
    if (isDirectory(stat) && typeof resolved !== 'number' && !isDirectory(resolved))
      return complain(`cannot overwrite non-directory '${to}' with directory '${from}'`);
    if (!isDirectory(stat)) {
      if (options.noClobber) return true;
      if (options.update && existing.mtimeMs >= stat.mtimeMs) return true;
      if (typeof resolved !== 'number' && isDirectory(resolved))
        return complain(`cannot overwrite directory '${to}' with non-directory`);
    }
  }
  if (isDirectory(stat)) {
    if (!options.recursive) return complain(`-r not specified; omitting directory '${from}'`);
    return copyDirectory(
      context,
      { from, to, source, target, stat, exists: typeof existing !== 'number' },
      options,
      depth,
    );
  }
  if (options.verbose) context.out.line(`'${from}' -> '${to}'`);
  if (isLink(stat)) {
    const link = fs.readlink(stat.ino);
    if (typeof link === 'number') return complain(`cannot read symbolic link '${from}': ${strerror(link)}`);
    // A name that is there is replaced; symlink(2) would say EEXIST.
    if (typeof existing !== 'number') fs.unlink(target);
    const errno = fs.symlink(link, target);
    return errno < 0 ? complain(`cannot create symbolic link '${to}': ${strerror(errno)}`) : true;
  }
  // A pipe or a device would be read for ever.
  if (!isFile(stat)) return complain(`cannot copy '${from}': not a regular file`);
  let errno = copyFile(context, stat, target, options);
  if (errno < 0 && options.force && typeof existing !== 'number') {
    fs.unlink(target);
    errno = copyFile(context, stat, target, options);
  }
  return errno < 0 ? complain(`cannot create regular file '${to}': ${strerror(errno)}`) : true;
}

/** A folder on its way: names as the user wrote them, and absolute ones. */
interface DirectoryCopy {
  readonly from: string;
  readonly to: string;
  readonly source: string;
  readonly target: string;
  readonly stat: Stat;
  readonly exists: boolean;
}

/** False where something below could not be copied. */
function copyDirectory(context: AppletContext, copy: DirectoryCopy, options: CopyOptions, depth: number): boolean {
  const { fs } = context.sys;
  const real = fs.realpath(copy.source);
  // Compared without links, and by whole components, so that `a` may be copied to `ab`.
  if (typeof real === 'string' && `${realTarget(context, copy.target)}/`.startsWith(`${real}/`)) {
    context.fail(`cannot copy a directory, '${copy.from}', into itself, '${copy.to}'`);
    return false;
  }
  if (!copy.exists) {
    // Writable while it is being filled; `-p` sets the mode afterwards.
    const errno = fs.mkdir(copy.target, (copy.stat.mode & 0o7777) | 0o700);
    if (errno < 0) {
      context.fail(`cannot create directory '${copy.to}': ${strerror(errno)}`);
      return false;
    }
    if (options.verbose) context.out.line(`'${copy.from}' -> '${copy.to}'`);
  }
  const entries = fs.readdir(copy.stat.ino);
  if (typeof entries === 'number') {
    context.fail(`cannot access '${copy.from}': ${strerror(entries)}`);
    return false;
  }
  // One failure is told and the rest is still copied.
  let done = true;
  for (const entry of entries) {
    if (
      !copyTree(
        context,
        joinPath(copy.from, entry.name),
        joinPath(copy.to, entry.name),
        options,
        !options.keepLinks,
        depth + 1,
      )
    )
      done = false;
  }
  // Last: filling the directory changed its times.
  if (options.preserve) preserve(context, copy.target, copy.stat);
  return done;
}

/** The path `target` would have: its directory is there, it may not be. */
function realTarget(context: AppletContext, target: string): string {
  const trimmed = target.replace(/\/+$/, '');
  const directory = context.sys.fs.realpath(trimmed.slice(0, trimmed.lastIndexOf('/')) || '/');
  return typeof directory === 'number' ? target : joinPath(directory, trimmed.slice(trimmed.lastIndexOf('/') + 1));
}

/** 0 or a negative errno. Holes of a file become zeros. */
function copyFile(context: AppletContext, stat: Stat, target: string, options: CopyOptions): number {
  const { fs } = context.sys;
  // XCU cp: without -p the umask takes its bits, and set-user-ID goes.
  const mode = options.preserve ? stat.mode & 0o7777 : stat.mode & 0o777 & ~context.sys.umask();
  const ino = fs.open(target, OpenFlags.wronly | OpenFlags.creat | OpenFlags.trunc, mode);
  if (ino < 0) return ino;
  const buffer = new Uint8Array(Math.min(CHUNK, Math.max(1, stat.size)));
  let at = 0;
  let errno = 0;
  for (;;) {
    const count = fs.read(stat.ino, at, buffer);
    if (count <= 0) {
      errno = count;
      break;
    }
    const written = fs.write(ino, at, buffer.subarray(0, count));
    if (written < 0) {
      errno = written;
      break;
    }
    at += count;
  }
  fs.release(ino);
  if (options.preserve) preserve(context, target, stat);
  return errno;
}

/** Mode, owner and times, as `-p` asks for them. */
function preserve(context: AppletContext, path: string, stat: Stat): void {
  const { fs } = context.sys;
  const ino = fs.lookup(path, true);
  if (ino < 0) return;
  // Before the mode: chown(2) may take bits from it.
  // What fails is not told, as cp has it for owners.
  fs.chown(ino, stat.uid, stat.gid);
  fs.chmod(ino, stat.mode & 0o7777);
  fs.utimes(ino, stat.atimeMs, stat.mtimeMs);
}
