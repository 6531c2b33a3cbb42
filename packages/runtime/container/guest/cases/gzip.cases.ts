import type { AppletCases } from '@slipway/shell/case-runner';

/** What another deflate makes of bytes differs in size; what comes out, names, times and words do not. */
export const cases: AppletCases = {
  setup: String.raw`mkdir d; printf 'a\n' > a; printf 'bb\n' > d/b; ln -s a l; touch -d @1000000000 a d/b; printf 'junk\n' > j.gz`,
  same: String.raw`
gzip -k a; gzip -lv a.gz; gzip -l a.gz; /bin/gunzip -c a.gz; stat -c '%Y %a' a.gz
gzip a; ls; gzip a.gz; echo $?; gunzip -v a.gz; ls
gzip -v a; gzip -dv a.gz; gzip -nkv a; gzip -tv a.gz
gzip -9 < a | /bin/gzip -d; /bin/gzip -1 < a | gunzip; zcat < a; echo $?
gzip -c a d/b > two.gz; zcat two.gz
/bin/gzip -c a > x; mv x y.gz; gunzip -N y.gz; ls
/bin/gzip a; touch a; gunzip a.gz; echo $?; gunzip -f a.gz; ls
gzip nosuch
gzip d
gzip -r d; ls d; gunzip -r d; cat d/b
gunzip j.gz
gunzip b
gunzip a
/bin/gzip -c d/b | head -c 15 | gunzip > /dev/null
gzip -dc a
gzip l
zcat -f a
gzip --nope
/bin/gzip a; zcat a.gz a.gz; gzip -dS .zz a.gz
`,
};
