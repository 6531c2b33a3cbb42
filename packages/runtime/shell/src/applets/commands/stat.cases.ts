import type { AppletCases } from '../../testing/applet-cases.ts';

/** With formats only: device, inode and times are each machine's own. */
export const cases: AppletCases = {
  setup: String.raw`printf 12345 > f; ln -s f l; mkdir d; chmod 640 f`,
  same: String.raw`
stat -c '%n %s %a %A %F %h' f
stat -c %F d l
stat -L -c %F l
stat -c '%N' l f
stat --printf='%n\t%s\n' f
stat -c '%% %u %g %U %G' f
stat -c %s nosuch
stat -c %s nosuch f
stat ""
stat -L ""
stat -Q f
stat nosuch 'a b'
`,
  wordsDiffer: String.raw`
stat
`,
  sessions: [
    String.raw`printf hello > f
stat -c '%n %s %F %a %h' f
mkdir d
stat -c '%F' d
ln -s f l
stat -c '%F %N' l
stat -L -c %s l
stat nosuch 2>&1
echo $?
stat --printf '%s\t%n\n' f
: > e
stat -c %F e`,
  ],
};
