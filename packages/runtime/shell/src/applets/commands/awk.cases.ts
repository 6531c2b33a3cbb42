import type { AppletCases } from '../../testing/applet-cases.ts';

/**
 * Against the machine's awk, which may be mawk or gawk: what they word or do each in their own
 * way is under `ours`. Fields, patterns, printf, arrays, getline and pipes in long sessions.
 */
export const cases: AppletCases = {
  setup: String.raw`printf 'banana 3\ncherry 2\napple 10\n' > t`,
  same: String.raw`
printf 'a:b c\nd:e f\n' | awk '{FS=":"; print $1}'
printf 'a:b c\n' | awk '{FS=":"; $0=$0; print $1}'
printf 'a:b c\nd:e f\n' | awk '{FS=":"; getline; print $1}'
echo 1 > a; echo 2 > b; awk 'BEGIN{ARGV[1]=""} {print}' a b
echo 1 > a; echo 2 > b; awk 'BEGIN{delete ARGV[1]} {print}' a b
echo 1 > a; echo 2 > b; awk 'BEGIN{ARGV[1]="b"; ARGC=2} {print}' a a
echo 1 > a; echo 2 > b; awk 'BEGIN{ARGV[ARGC++]="b"} {print FILENAME, $0}' a
echo 1 > a; echo 2 > b; awk 'NR==1{ARGV[2]="a"} {print FILENAME, $0}' a b
echo 1 > a; echo in | awk 'BEGIN{ARGV[1]=""} {print}' a
echo 1 > a; awk 'BEGIN{ARGV[1]="x=5"; ARGV[2]="a"; ARGC=3} {print x, $0}' q
echo in | awk 1 ""
echo 1 > a; awk 1 "" a
echo 1 > a; awk 'BEGIN{ARGC=2000; ARGV[1000]="a"} {print}'
awk '{print $2}' t
awk 'BEGIN { exit 3 }'
awk '{ n += $2 } END { printf "%d\n", n }' t t
awk '' t
awk -F n '{ print $1 }' t
awk 'NR == 2 { exit } { print } END { print NR }' t
awk '{ print $1 > "/dev/stdout" }' t
awk 'BEGIN { while ((getline line < "t") > 0) print "<" line ">" }'
awk 'function f(a, b) { return a * b } { print f($2, 2) }' t
awk 'BEGIN { printf "%s %s %s\n", substr("hello", 2, 3), index("abc", "c"), length("abc") }'
awk '{ $1 = ""; print NF, $0 }' t
awk 'BEGIN { print 1 == 1, "a" ~ /b/, !x, x + 0, x "" }'
awk 'BEGIN { x["a"]; if ("a" in x) print "in"; delete x["a"]; print length(x) }'
awk '/b/, /c/ { print NR }' t
`,
  sessions: [
    String.raw`printf 'banana 3\napple 10\ncherry 2\napple 9\nBanana 1\n' > t
awk '{print $1}' t
awk '{print $2, $1}' t
awk 'NR==2' t
awk '/apple/' t
awk '/apple/{print $2}' t
awk '!/apple/' t
awk 'END{print NR}' t
awk '{s+=$2} END{print s, s/NR}' t
awk '$2>5' t
awk '$2>5{n++} END{print n+0}' t
awk 'NR>1 && NR<4' t
awk '/banana/,/cherry/' t
awk '{print NF, $NF, $(NF-1)}' t
awk '$1=="apple"{print NR": "$0}' t
awk '$1~/^b/' t
awk '$1!~/a/' t
awk 'BEGIN{print "start"} {next} END{print "end"}' t`,
    String.raw`awk -F: '{print $2}' <<E
a:b:c
d:e
E
awk -F, -v x=5 'BEGIN{print x*2} {$2="X"; print}' OFS=- <<E
1,2,3
E
awk 'BEGIN{FS=","; OFS=";"} {$1=$1} 1' <<E
a,b,c
E
awk -F'[ ,]+' '{print $2}' <<E
x, y z
E
echo 'a b c' | awk '{NF=2; print}'; echo 'a b' | awk '{$5="e"; print; print NF}'; printf 'a b

c d
e


f
' | awk 'BEGIN{RS=""}{print NR": "$1" "NF}';
printf 'a;b;c' | awk 'BEGIN{RS=";"}{print}';
echo 'x' | awk '{print;
print $0 "y", 1 2, 1+2 "z"}';
awk -F'|' '{print $2}' <<E
a|b
E
awk -F'	' '{print $2}' <<E
a	b c
E`,
    String.raw`awk 'BEGIN{printf "%d %5.2f %s|%-5s|%5s|%05d %x %c%c\n", 3.9, 3.14159, "str", "l", "r", 42, 255, "A", 66;
print 1/3, 100000000, 0.1+0.2, 1e6, 1e20, -5%3, 2^10, 2**3;
print length("hello"), substr("hello",2,3), index("hello","l"), toupper("abc"), tolower("ABC");
print substr("hello",0), substr("hello",-1,3), substr("hello",4,100);
x="A";
y=x++;
print x, y;
print 1==1.0, "a"<"b", 10<9, "10"<"9";
print !0, !1, !"", -"3x";
print 5 " " -3;
print 1>2 ? "y" : "n"}'
awk 'BEGIN{print length()}' </dev/null
awk 'BEGIN { while (i<3) print i++;
do { i-- } while (i>1);
for (j=0;j<5;j++) { if (j==1) continue;
if (j==3) break;
print "j" j } print i }'`,
    String.raw`printf 'banana 3\napple 10\ncherry 2\napple 9\nBanana 1\n' > t
awk '{a[$1]+=$2} END{for (k in a) print k, a[k]}' t | sort;
awk '{c[$1]++} END{print c["apple"], ("zzz" in c), length(c)}' t
awk '!seen[$1]++' t
awk 'BEGIN{n=split("a:b:c",p,":");
print n, p[1], p[3];
split("x1y2z",q,/[0-9]/);
print q[2];
delete p[1];
print (1 in p);
m["a","b"]=1;
for (k in m) { split(k,s,SUBSEP);
print s[2] } if (("a","b") in m) print "in";
delete m;
print length(m)}'
awk '{sub(/a/,"[&]"); print} ' t
awk '{n=gsub(/[ae]/,"\\&"); print n, $0}' t
awk '{gsub("p","P",$1)} 1' t
awk 'match($0,/[0-9]+/){print RSTART, RLENGTH, substr($0,RSTART,RLENGTH)}' t
awk 'function f(x,  l){l=x*2; return l+1} function g(arr){arr["k"]="v"} {print f($2)} END{g(z); print z["k"]}' t
awk 'function r(n){return n<=1?1:n*r(n-1)} BEGIN{print r(10)}'`,
    String.raw`printf 'banana 3\napple 10\ncherry 2\napple 9\nBanana 1\n' > t
awk '{print > "o1"} END{close("o1"); while ((getline line < "o1")>0) n++; print n}' t
awk '{print $1 | "sort -u"} END{close("sort -u"); print "done"}' t
awk 'BEGIN{"echo hi" | getline x;
print x;
while (("seq 3" | getline n)>0) s+=n;
print s;
print system("exit 3");
print "err" > "/dev/stderr";
exit 4} END{print "end"}' 2>/dev/null
echo $?
awk 'NR==1{getline; print} NR==3{getline v; print v, NR}' t
awk '{print FILENAME, FNR, NR}' t t | tail -1
awk 'BEGIN{print ENVIRON["HOME"], ARGC, ARGV[1]}' zz
awk '{print v}' v=1 t v=2 t | uniq -c
printf '1
2
' | awk '{t=t sep $0; sep="+"} END{print t}'
echo '5 apples' | awk '$1 > 10 {print "big"} $1 <= 10 {print "small"}'
awk 'BEGIN{print "a" > "/dev/stdout";
printf "%s %s\n", "only", "two";
printf "100%%\n";
print -1 " " 1;
print 1,2 > "f2";
print (1,2)}'
cat f2
awk nosuch 2>&1 >/dev/null </dev/null
echo $?
awk '{' t 2>/dev/null
echo $?
awk 'BEGIN{print substr("x",1) substr("y",1);
print length "x";
$0="a b";
print $2, NF;
$3="c";
print;
print toupper(substr($1,1,1)) substr($1,2)}'
awk -f nofile 2>/dev/null
echo $?
echo 'BEGIN { print "from file" } # c' > p.awk
awk -f p.awk
awk 'BEGIN { if (!(3 in a)) print "no"; if (1) ; else print "x"; print 1; ; print 2 }'
awk 'BEGIN{a="10"; b=9; print (a>b), (a""<b""); print 010+0, 1e3, .5; print index("abc",""), 7%0.5}'
echo "a  b	c" | awk '{$1=$1}1'
awk '/a/ && /p/ || /ch/' t
awk '{ $2 = ""; print }' t
awk 'END{print $0, NF}' t
awk 'NR % 2' t
awk '{print (NR==1?"first":"other")}' t
awk 'length > 8' t
awk '{ for (i=NF;i>0;i--) printf "%s%s", $i, (i>1?OFS:ORS) }' t`,
  ],
  ours: [
    {
      script: String.raw`awk '{ print' t`,
      prints: '',
      status: 2,
      complains: 'awk: line 1: syntax error at or near end of program\n',
      why: 'mawk words it in its own way',
    },
    {
      script: String.raw`awk`,
      prints: '',
      status: 2,
      complains: "awk: usage: awk [-F fs][-v var=value] 'program' [file ...]\n",
      why: 'every awk has its own usage line',
    },
  ],
};
