import type { AppletCases } from '../../testing/applet-cases.ts';

/**
 * Sorted, since a directory's order is the file system's own.
 * Tests, actions, pruning, and expressions that break off.
 */
export const cases: AppletCases = {
  setup: String.raw`mkdir -p a/b; printf 1 > a/x.txt; printf 22 > a/b/y.js; ln -s x.txt a/l; : > a/empty`,
  same: String.raw`
find a | sort
find a -name '*.txt'
find a -type d
find a -type l
find a -maxdepth 1 | sort
find a -empty
find a -name b -prune -o -type f -print | sort
find a -name y.js -exec echo {} \;
find a -type f -exec echo {} + | tr ' ' '\n' | sort
find a -type f -exec sh -c 'echo $#' x {} +
find a -type f -exec sh -c 'echo $#' x {} + -name y.js -exec sh -c 'echo $#' x {} +
find a -type f -exec false {} +
find a -size 2c
find a -name x.txt -printf '%f %s %d\n'
find a -name x.txt -delete; ls a
find a ! -name '*.*' | sort
find nosuch
find nosuch a -name x.txt
find ""
find a -nosuch
find a -name
find a -type q
find a -maxdepth x
find a -exec echo
find a \( -name x
`,
  sessions: [
    String.raw`mkdir -p a/b/c d
printf 'one\ntwo\nthree\n' > a/x.txt
printf 'TWO two\n' > a/b/y.js
: > a/b/c/empty
ln -s x.txt a/link
touch .hidden d/z
find . | sort
find a -type f | sort
find . -name '*.js'
find . -iname 'X*'
find a -maxdepth 1 | sort
find a -mindepth 2 | sort
find . -type d | sort
find . -type l
find . -name .hidden
find . -path './a/b*' | sort
find . -empty | sort
find a -size +0 -type f | sort
find nosuch 2>&1
echo $?`,
    String.raw`mkdir -p a/b/c d
printf 'one\ntwo\nthree\n' > a/x.txt
printf 'TWO two\n' > a/b/y.js
: > a/b/c/empty
ln -s x.txt a/link
touch .hidden d/z
find a -name '*.txt' -o -name '*.js' | sort
find a \( -name x.txt -o -name y.js \) -type f -print | sort
find . ! -name '*.txt' -type f | sort
find . -not -path '*/b/*' -type f | sort
find a -name b -prune -o -print | sort
find . -name y.js -exec echo found {} \;
find a -type f -exec basename {} \; | sort
find a -type f -exec echo {} + | tr ' ' '\n' | sort
find a -name x.txt -print0 | tr '\0' '!'
echo
find . -name z -delete
ls d
find a -type f -newer nosuch 2>/dev/null
echo $?
find a -name b -printf '%f %y %d\n'
find . -perm 644 -type f | wc -l
find a -depth | tail -1
find . -maxdepth 1 -type d -name 'a*'
find a d -name 'z*'
find . -regex '.*/x.*'
find a -type f -name '*.txt' -quit -o -type f -print | head -0
find . -name '*.txt' -exec grep -l two {} +
find . -false
find . -bogus 2>&1 | head -1
find a -size -1k -type f
find a -links 1 -type f | wc -l`,
  ],
};
