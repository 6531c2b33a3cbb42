import type { AppletName } from '../applet-names.ts';
import type { Applet } from './applet.ts';
import { awk } from './awk/awk.ts';
import { cat } from './cat.ts';
import { base64, md5sum, sha1sum, sha256sum } from './checksum.ts';
import { chmod, chown } from './chmod.ts';
import { cmp } from './cmp.ts';
import { cp } from './cp.ts';
import { cut } from './cut.ts';
import { date } from './date.ts';
import { diff } from './diff.ts';
import { mkdir, rmdir } from './directories.ts';
import { df, du } from './disk.ts';
import { echo } from './echo.ts';
import { env, printenv, which } from './environment.ts';
import { expr } from './expr.ts';
import { find } from './find.ts';
import { grep } from './grep.ts';
import { head } from './head.ts';
import { code, xdgOpen } from './host-events.ts';
import { kill } from './kill.ts';
import { nl, paste, rev, tac } from './lines.ts';
import { ln } from './ln.ts';
import { ls } from './ls.ts';
import { mv } from './mv.ts';
import { basename, dirname, pwd, readlink, realpath } from './paths.ts';
import { printf } from './printf-format.ts';
import { killall, pgrep } from './process-match.ts';
import { rm } from './rm.ts';
import { sed } from './sed.ts';
import { seq, yes } from './sequences.ts';
import { sleep } from './sleep.ts';
import { sort } from './sort.ts';
import { stat } from './stat.ts';
import { arch, clear, hostname, id, mktemp, nproc, ps, stty, sync, tty, uname, whoami } from './system.ts';
import { tail } from './tail.ts';
import { tee } from './tee.ts';
import { test } from './test-expression.ts';
import { timeout } from './timeout.ts';
import { touch } from './touch.ts';
import { tr } from './tr.ts';
import { uniq } from './uniq.ts';
import { wc } from './wc.ts';
import { xargs } from './xargs.ts';

const table: Readonly<Record<AppletName, Applet>> = {
  '[': test, arch, awk, base64, basename, cat, chgrp: chown, chmod, chown, clear, cmp, code, cp, cut, date, df, diff, dirname, du, echo, egrep: grep, env, expr,
  false: () => 1, fgrep: grep, find, grep, head, hostname, id, kill, killall, ln, ls, md5sum, mkdir, mktemp, mv, nl, nproc, open: xdgOpen, paste, pgrep, pkill: pgrep, printenv, printf, ps, pwd,
  readlink, realpath, rev, rm, rmdir, sed, seq, sha1sum, sha256sum, sleep, sort, stat, stty, sync, tac, tail, tee, test, timeout, touch, tr, true: () => 0, tty,
  uname, uniq, wc, which, whoami, xargs, 'xdg-open': xdgOpen, yes,
};

/** Every command by its name. */
export const applets: ReadonlyMap<string, Applet> = new Map(Object.entries(table));
