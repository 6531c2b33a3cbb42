import type { AppletCases } from '@slipway/shell/case-runner';

const SAME = '--sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner';

/** Archives are compared byte by byte, and read by each other's program: the machine's is /bin/tar. */
export const cases: AppletCases = {
  setup: String.raw`umask 022; mkdir -p t/d/e t/empty; cd t; printf 'a\n' > a; printf 'bb\n' > d/b; ln -s a l; chmod +x a; touch -d @1000000000 a d/b d/e d empty`,
  same: String.raw`
tar cf ../x.tar ${SAME} . ; sha256sum < ../x.tar
n=$(printf 'x%.0s' 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0); mkdir -p $n/$n/$n/$n; ln -s $n$n$n$n $n/k; tar cf - ${SAME} . | sha256sum
ln a hard; tar cf - ${SAME} a hard | sha256sum; tar cf - a hard | /bin/tar tvf - | cut -c1-10
tar czf x.tgz ${SAME} d a; gunzip -c < x.tgz | sha256sum; /bin/tar tzf x.tgz
/bin/tar czf x.tgz d a l; mkdir o; tar xvzf x.tgz -C o; find o | sort; cat o/d/b; stat -c '%a %Y %F' o/a o/d o/d/b; readlink o/l
/bin/tar cf x.tar ${SAME} d a l; tar tvf x.tar; tar tf x.tar d; tar -xOf x.tar a
/bin/tar cf x.tar d a; tar xf x.tar --strip-components=1 -C empty; ls empty; tar tf x.tar nomember
/bin/tar cf x.tar d; tar tf x.tar --wildcards 'd/*'; tar tf x.tar 'd/e'
/bin/tar cf - d --format=pax | tar tf -
tar cvf x.tar --sort=name --exclude=e d; tar -cf - --exclude='d/b' --sort=name d | tar tf -
tar cf y.tar nosuch a
tar xvf nosuch.tar
tar cf x.tar
tar x < /dev/null
echo hello > junk; tar tf junk
tar xzf a
tar
tar -cx
tar --nope
tar -cf x.tar -C /nonexist a
echo a > names; tar cf - -T names ${SAME} | sha256sum
printf x > ../evil; /bin/tar cPf e.tar ../evil; tar xvf e.tar
ln -s /tmp out; /bin/tar cf e.tar ${SAME} out; rm out; mkdir out; echo 1 > out/f; /bin/tar rf e.tar ${SAME} out/f; rm -r out; tar xf e.tar; cat out/f
head -c 700 /dev/zero > z; /bin/tar cf x.tar z; head -c 900 x.tar | tar xf -
tar cf x.tar a; echo changed > a; tar xkf x.tar; cat a
`,
};
