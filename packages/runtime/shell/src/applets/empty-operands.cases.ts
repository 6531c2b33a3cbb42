import type { AppletCases } from '../testing/applet-cases.ts';

/** The empty string as an operand, over many commands. */
export const cases: AppletCases = {
  sessions: [
    String.raw`mkdir d
printf x > f
rm -rf ""
echo $?
rm -r "" 2>&1
echo $?
rm -v "" 2>&1
rm -f ""
echo $?
rm -d "" 2>&1
rmdir "" 2>&1
echo $?
ls`,
    String.raw`mkdir "" 2>&1
echo $?
mkdir -p "" 2>&1
echo $?
mkdir -pv "" 2>&1
touch "" 2>&1
echo $?
ls "" 2>&1
echo $?
ls -d "" 2>&1
cat "" 2>/dev/null
echo $?
stat "" 2>&1
echo $?
ls`,
    String.raw`for t in e f d r w x s L; do test -$t ""; echo $t $?; done
[ -d "" ]
echo $?
[ . -ef "" ]
echo $?
[ "" -nt . ]
echo $?
[ "" -ef "" ]
echo $?`,
    String.raw`mkdir d
printf x > f
cp f "" 2>&1
echo $?
cp -r "" g 2>&1
echo $?
cp -r d "" 2>&1
echo $?
cp "" f 2>&1
mv f "" 2>&1
echo $?
mv "" f 2>&1
echo $?
mv d "" 2>&1
echo $?
mv -t "" f 2>/dev/null
echo $?
ls`,
    String.raw`printf x > f
ln -s "" l 2>/dev/null
echo $?
ln -s f "" 2>&1
echo $?
ln f "" 2>/dev/null
echo $?
ln "" l 2>&1
echo $?
readlink ""
echo $?
readlink -f ""
echo $?
realpath "" 2>/dev/null
echo $?
realpath -m "" 2>/dev/null
echo $?
realpath -s "" 2>/dev/null
echo $?
ls`,
    String.raw`chmod 700 "" 2>&1
echo $?
chmod -R 700 "" 2>&1
echo $?
du "" 2>/dev/null
echo $?
find "" 2>&1
echo $?
find "" -delete 2>&1
echo $?
grep -r x "" 2>&1
echo $?
head "" 2>&1
echo $?
tail "" 2>&1
echo $?
wc "" 2>/dev/null
echo $?
sort "" 2>/dev/null
echo $?
tee "" </dev/null 2>/dev/null
echo $?`,
    String.raw`printf x > f
(echo x > "") 2>/dev/null
echo $?
(cat < "") 2>/dev/null
echo $?
(. "") 2>/dev/null
echo $?
sh "" 2>/dev/null
echo $?
("") 2>/dev/null
echo $?
env "" 2>/dev/null
echo $?
env -C "" true 2>/dev/null
echo $?
cmp f "" 2>&1
echo $?
diff f "" 2>&1
echo $?
diff "" . >/dev/null 2>&1
echo $?
sed p "" 2>/dev/null
echo $?
date -r "" 2>/dev/null
echo $?
md5sum "" 2>/dev/null
echo $?
uniq f "" 2>/dev/null
echo $?
ls`,
    String.raw`here=$(pwd -P)
cd ""
echo $?
[ "$(pwd -P)" = "$here" ] && echo stayed
HOME=
cd
echo $?
[ "$(pwd -P)" = "$here" ] && echo stayed
for x in ""*; do echo "$x"; done
echo ""/nosuch*
which ""
echo $?
basename ""
dirname ""`,
  ],
  neverFails: 'each session prints the statuses it saw',
};
