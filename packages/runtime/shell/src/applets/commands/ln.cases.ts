import type { AppletCases } from '../../testing/applet-cases.ts';

/** `-n`, `-r` and `-t`, which decide where a link goes and what it says. */
export const cases: AppletCases = {
  setup: String.raw`printf a > f; mkdir d; printf b > g`,
  same: String.raw`
ln -s f l; readlink l
ln f h; stat -c %h f
ln -s ../f d; readlink d/f
ln -st d ../f ../g; ls d
ln -sr f d/r; readlink d/r
ln -sf f l; ln -sf g l; readlink l
ln -sfn d e; ln -sfn f e; readlink e
ln -sv f l
ln -s f g
ln nosuch l
ln "" l
ln f g h
ln
ln -Q f l
`,
  wordsDiffer: String.raw`
ln f nosuch/l
ln f ""
ln -T f
`,
  sessions: [
    String.raw`ln -s t l
readlink l
ls -l l | sed 's/.* l ->/l ->/'
touch t
ln t h
stat -c %h t
ln -s x l 2>&1
echo $?
ln -sf y l
readlink l
mkdir d
ln -s ../t d
readlink d/t
ln nosuch z 2>&1
echo $?`,
    String.raw`mkdir -p p/q
ln -sr p/q r
readlink r
ln -sfn p s
ln -sfn r s
readlink s`,
  ],
};
