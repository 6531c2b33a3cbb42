import type { AppletCases } from '@slipway/shell/case-runner';

/** Both programs, and each reads what the machine's other one wrote. */
export const cases: AppletCases = {
  setup: String.raw`mkdir -p d/e; echo a > a; yes line | head -500 > big; echo b > d/b; ln -s a l; touch -d @1000000000 a big d/b d/e d`,
  same: String.raw`
zip x.zip a; /usr/bin/unzip -l x.zip; zip x.zip a; zip x.zip d/b; /usr/bin/unzip -t x.zip
zip -r y d a; /usr/bin/unzip -v y.zip
zip -q q.zip a; zip -d q.zip a; ls
zip -j j.zip d/b; zip -0 s.zip big; zip -D -r D.zip d; zip -T D.zip
zip -y ly.zip l; /usr/bin/unzip -qo ly.zip -d o; readlink o/l
zip -qr n.zip . -i '*b'; /usr/bin/unzip -Z1 n.zip; zip -qr m.zip d a -x 'd/e*'; /usr/bin/unzip -Z1 m.zip
zip -m m.zip a; ls; echo d/b | zip -@ at.zip
zip z.zip nosuch
zip --nope x a
zip n/o.zip a
zip -qr - d | /usr/bin/funzip | od -c | head -1
/usr/bin/zip -qr y.zip d a; unzip -l y.zip; unzip -v y.zip; unzip -t y.zip; unzip -Z1 y.zip; unzip -qq -l y.zip
/usr/bin/zip -qr y.zip d a big; unzip -d out y.zip; find out | sort; stat -c '%Y %a' out/d/b; unzip -n -d out y.zip
/usr/bin/zip -qr y.zip d a; unzip -p y.zip a; unzip -j -d jj y.zip; unzip -o y.zip 'd/*' -x 'd/e*'; unzip -c y.zip a
/usr/bin/zip -q y.zip a; unzip y.zip a < /dev/null; echo $?; cat a; printf 'A\n' | unzip y.zip
/usr/bin/zip -qy ly.zip l; rm l; unzip ly.zip; readlink l
unzip nosuch
/usr/bin/zip -q y.zip a; unzip -o y.zip nomember
unzip big
`,
};
