import type { AppletCases } from '../../testing/applet-cases.ts';

/** Sets of unequal length, complements, classes and squeezing, one by one and together. */
export const cases: AppletCases = {
  same: String.raw`
echo hello | tr a-y b-z
echo hello | tr -d l
echo hello | tr -s l
echo abc123 | tr -dc 0-9
echo abc | tr '[:lower:]' '[:upper:]'
echo 'a b' | tr ' ' '\n'
echo abc | tr -t abc x
echo aabb | tr -s ab x
echo abc | tr '\141' z
echo a | tr
echo a | tr a
echo a | tr a ''
echo a | tr z-a x
echo a | tr '[:nosuch:]' x
echo a | tr a b c
echo a | tr -Q
echo a | tr -d a b
`,
  sessions: [
    String.raw`echo hello | tr a-y b-z
echo hello | tr -d l
echo 'a  b' | tr -s ' '
echo abc | tr a-c A-C
echo 'a1b2' | tr -dc 0-9
echo
echo abc | tr '[:lower:]' '[:upper:]'
echo aabbc | tr -s ab
printf 'a\nb\n' | tr '\n' ,
echo
echo abcd | tr abc x
echo hello | tr -cs a-k '_'
echo
echo 'x' | tr '[:alpha:]' y
echo abc | tr -d '\141'
echo a-b | tr - _
tr a 2>&1 | head -1`,
  ],
};
