import type { AppletCases } from '@slipway/shell/case-runner';

/** Asks the server of oracle-server.ts, whose answers say what was asked. */
export const cases: AppletCases = {
  setup: String.raw`printf 'one\ntwo\n' > f; printf '{"a":1}' > j`,
  same: String.raw`
curl -s $URL/hello
curl -si $URL/hello; curl -sI $URL/hello
curl -s -A x -H 'X-Own: 1' -u a:b -e http://r/ -b c=d -r 0-3 $URL/echo
curl -s -A x -d a=1 -d b=2 $URL/echo; curl -s -A x -X PUT --data-raw @x $URL/echo; curl -s -A x -d @f $URL/echo; curl -s -A x --data-binary @f $URL/echo
curl -s -A x -G -d q=1 --data-urlencode 'w=a b&c' $URL/echo; curl -s -A x --json @j $URL/echo
curl -s -A x -F 'a=1' -F 'u=@f;type=text/plain' $URL/echo | grep -v content-length
curl -s -A x -T f $URL/echo
curl -s $URL/away; echo $?; curl -sL $URL/away; curl -s -L -A x -d a=1 $URL/post-away; curl -s -o /dev/null -w '%{http_code} %{num_redirects} %{size_download}\n' -L $URL/away
curl -sL --max-redirs 3 $URL/round; echo $?; curl -sSL --max-redirs 3 $URL/round
curl -sSf $URL/missing; curl -sf $URL/missing; curl -s --fail-with-body $URL/missing
curl -sO $URL/hello; cat hello; curl -s -o out $URL/hello $URL/missing; cat out; curl -s --create-dirs -o d/e/f $URL/hello; cat d/e/f
curl -sS -o no/such $URL/hello
curl -s $URL/broken; echo $?; curl -sS $URL/broken
curl -s file://$PWD/f; curl -sS file:///nosuch
curl -sS http://nosuch.invalid/
curl -s http://127.0.0.1:1/
curl -sS foo://x/
curl
curl --nope
curl -sS -X
curl -s ${'$'}{URL#http://}/hello -D h -o /dev/null; head -1 h
`,
};
