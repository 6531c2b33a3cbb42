import type { AppletCases } from '@slipway/shell/case-runner';

/** Its words have times and speeds in them: files, statuses and what -q leaves are compared. */
export const cases: AppletCases = {
  wordsDiffer: String.raw`
wget -q $URL/hello; ls; cat hello; wget -q $URL/hello; ls
wget -nc $URL/hello; wget -nc $URL/hello; ls
wget -qO- $URL/hello; wget -q $URL/; ls; wget -q -P d/e $URL/hello; cat d/e/hello
wget -q -O x $URL/away; cat x; wget -qO- --header 'X-Own: 1' -U me --post-data a=1 $URL/echo | grep -i 'x-own\|user-agent\|POST\|a=1'
wget -q $URL/missing
wget -q --max-redirect=2 $URL/round
wget -q http://nosuch.invalid/
wget -q -t 1 http://127.0.0.1:1/
wget --spider -q $URL/hello; wget --spider -q $URL/missing
wget
wget --nope
printf '%s\n' $URL/hello $URL/away > list; wget -q -i list; ls
wget -q -O no/such $URL/hello
`,
};
