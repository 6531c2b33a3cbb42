import type { AppletCases } from '../../testing/applet-cases.ts';

/** Sizes in bytes: blocks are counted by each file system in its own way. */
export const cases: AppletCases = {
  setup: String.raw`mkdir -p d/e; printf 12345 > d/f; printf 1 > d/e/g`,
  same: String.raw`
du -b d/f
du -ab d/f d/e/g
du -bc d/f d/e/g
du -s d | cut -f2
du d | cut -f2 | sort
du -a d | cut -f2 | sort
du --max-depth=0 d | cut -f2
du -a --exclude=e d | cut -f2 | sort
du -a --exclude='?' d | cut -f2 | sort
du -a --exclude=d/e d | cut -f2 | sort
du -a --exclude='d/*' d | cut -f2
du -a --exclude=f --exclude=g d | cut -f2 | sort
du --exclude=e d/e
du nosuch
du -Q
`,
  wordsDiffer: String.raw`
du ""
`,
  sessions: [
    String.raw`mkdir -p a/b/c d
printf 'one\ntwo\nthree\n' > a/x.txt
printf 'TWO two\n' > a/b/y.js
: > a/b/c/empty
ln -s x.txt a/link
touch .hidden d/z
du -a --apparent-size -b a/x.txt
du -s nosuch 2>&1
echo $?`,
  ],
};
