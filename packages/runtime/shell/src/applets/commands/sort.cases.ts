import type { AppletCases } from '../../testing/applet-cases.ts';

/** Keys and the orders that each letter names. LANG is C.UTF-8 on the machine, which orders by bytes too. */
export const cases: AppletCases = {
  setup: String.raw`printf 'b 10\na 9\nC 2\na 9\n' > t`,
  same: String.raw`
sort t
sort -r t
sort -u t
sort -f t
sort -k2n t
sort -k 2,2 -k 1,1r t
sort -t' ' -k2 t
sort -n -k2 -s t
sort -c t
sort -C t
sort -o o t; cat o
printf '2K\n1M\n' | sort -h
printf 'a10\na9\n' | sort -V
printf 'Mar\nJan\n' | sort -M
printf 'b\0a\0' | sort -z | tr '\0' '!'
printf '1e3\n20\n' | sort -g
sort nosuch
sort ""
sort -k x t
sort -Q t
sort -t ab t
sort -o nosuch/x t
`,
  wordsDiffer: String.raw`
sort --check=quiet t
sort -k 0 t
`,
  sessions: [
    String.raw`printf 'banana 3\napple 10\ncherry 2\napple 9\nBanana 1\n' > t
sort t
sort -r t
sort -k2 -n t
sort -k2,2nr -k1,1 t
sort -u t
sort -f t
sort -t' ' -k1,1 -s t`,
    String.raw`printf '10\n9\n2\n-1\n1.5\n' | sort -n
printf '1K\n2M\n500\n' | sort -h
printf 'v1.10\nv1.2\n' | sort -V
printf 'b\na\n' | sort -c
echo $?
printf 'a\na\nb\n' | sort -u -o o
cat o
printf 'b:2\na:10\n' | sort -t: -k2n
printf 'Feb\nJan\n' | sort -M
printf 'b \n a\n' | sort -b
sort nosuch 2>&1
echo $?
printf 'x 2\ny 1\n' | sort -k 2`,
  ],
};
