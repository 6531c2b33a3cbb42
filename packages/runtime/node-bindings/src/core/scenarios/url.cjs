// What URL, url and their errors print.
const T=(...a)=>console.log(...a);
for(const s of ['http://user:pa%20ss@example.com:8080/p/a/t/h?query=string#hash','https://example.org','file:///C:/a/../b','mailto:x@y.z','web+demo:/.//not-a-host/','http://日本語.jp/パス?q=値#f','data:text/plain,hi','blob:https://a.com/uuid','http://[::1]:80/','ws://h:80','http://a@b/','http://:p@b/','foo://','foo:///x','http://h?','http://h#','urn:isbn:1']){const u=new URL(s);T(u,u.origin,u.host)}
for(const s of ['nope','http://','http://a b','//x','http://ex.com:99999']){try{new URL(s)}catch(e){T(e.code,e.message,e.input,e.base)}}
try{new URL('/x','nope')}catch(e){T(e)}
const u=new URL('http://a.com/x');u.protocol='https';u.host='b.org:81';u.port='443';u.pathname='/é è';u.search='?a=b c';u.hash='z';u.username='me';u.password='p@';T(u.href);u.port='99999';u.host='';u.hostname='x y';T(u.href);u.href='ftp://q/';T(u.href);try{u.href='bad'}catch(e){T(e.code)}
u.searchParams.append('k','v 1');T(u.href,u.searchParams);
T(URL.canParse('x:'),URL.canParse('x'),URL.canParse('/a','http://b'),URL.parse('zz'),URL.parse('http://k'));
const url=require('url');T(url.pathToFileURL('/tmp/a b#c?d%e\\f\n').href,url.fileURLToPath('file:///tmp/a%20b'),url.domainToASCII('español.com'),url.domainToUnicode('xn--espaol-zwa.com'),url.domainToASCII('xn--iñvalid.com'),url.domainToUnicode('xn--fiq228c.com'));
T(url.format(new URL('http://u:p@測試.com/p?q#h'),{unicode:true,auth:false,fragment:false,search:false}));
T(url.parse('http://user:pass@sub.host.com:8080/p/a/t/h?query=string#hash'),url.parse('//h/p',true,true).host,url.resolve('/one/two/three','four'),url.parse('http://日本語.jp').host);
T(new URLSearchParams('a=1&b=2&a=3'),new URLSearchParams({x:'y z'}).toString());
T(new URLPattern({pathname:'/books/:id'}).exec('https://e.com/books/12')?.pathname.groups);
let o='';for(let i=1;i<256;i++){const c=String.fromCharCode(i);for(const s of ['http://a','foo://a','ws://','file://a']){let r;try{r=new URL(s+c+'b').href}catch{r='!'}o+=i+' '+s+' '+r+'\n'}}console.log(o);
