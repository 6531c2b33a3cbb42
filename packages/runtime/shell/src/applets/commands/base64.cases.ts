import type { AppletCases } from '../../testing/applet-cases.ts';

/** Lines of several widths, input that is not whole groups of three, and text that is none. */
export const cases: AppletCases = {
  setup: String.raw`printf 'hello world\n' > t; printf 'aGVs\nbG8=\n' > e`,
  same: String.raw`
base64 t
base64 -d e
base64 -w 4 t
base64 --wrap=0 t
head -c 3 /dev/zero | base64
printf '!!!' | base64 -d
printf '\377\200a' | base64
printf '\303\244\377' | base64
printf 'a!G!V!s' | base64 -di
for i in aGVsbG8 'aGVsbG8=!!' 'YQ==YQ==' aGVsb 'aG!Vsb' a= YQ=a 'YQ= =' ' YQ==' YQ YW=I ==== '\n'; do printf "$i" | base64 -d; echo "<$i>"; done
for i in aGVsbG8 'aGVsbG8=!!' 'YQ==YQ==' aGVsb 'aG!Vsb' a= YQ=a 'YQ= =' ' YQ==' YQ YW=I ==== '\n'; do printf "$i" | base64 -di; echo "<$i>"; done
base64 nosuch
base64 ""
base64 -Q
base64 -w x t
`,
  sessions: [
    String.raw`echo hello | base64
echo hello | base64 | base64 -d
head -c 100 /dev/zero | base64
printf 'a' | base64 -w0
echo
printf 'ä' | base64`,
  ],
};
