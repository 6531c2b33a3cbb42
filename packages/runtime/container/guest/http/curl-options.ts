/** Options of curl(1) that say something to a program whose requests a browser makes. */
export const CURL_OPTIONS = {
  help: '-h --help[=]',
  version: '-V --version',
  silent: '-s --silent',
  showError: '-S --show-error',
  fail: '-f --fail',
  failWithBody: '--fail-with-body',
  location: '-L --location',
  locationTrusted: '--location-trusted',
  maxRedirects: '--max-redirs=',
  output: '-o= --output=',
  remoteName: '-O --remote-name --remote-name-all',
  outputDir: '--output-dir=',
  createDirs: '--create-dirs',
  method: '-X= --request=',
  header: '-H= --header=',
  data: '-d= --data= --data-ascii=',
  raw: '--data-raw=',
  binary: '--data-binary=',
  urlencode: '--data-urlencode=',
  json: '--json=',
  form: '-F= --form=',
  upload: '-T= --upload-file=',
  get: '-G --get',
  head: '-I --head',
  include: '-i --include',
  dumpHeader: '-D= --dump-header=',
  verbose: '-v --verbose',
  user: '-u= --user=',
  bearer: '--oauth2-bearer=',
  userAgent: '-A= --user-agent=',
  referer: '-e= --referer=',
  cookie: '-b= --cookie=',
  range: '-r= --range=',
  insecure: '-k --insecure',
  maxTime: '-m= --max-time=',
  connectTimeout: '--connect-timeout=',
  retry: '--retry=',
  retryDelay: '--retry-delay=',
  compressed: '--compressed',
  writeOut: '-w= --write-out=',
  url: '--url=',
} as const;

/** Accepted, and of no consequence: what they are about is the browser's. */
export const CURL_IGNORED =
  '-q -N --no-buffer -# --progress-bar --no-progress-meter -4 --ipv4 -6 --ipv6 -R --remote-time -g --globoff -Z ' +
  '--parallel --http1.0 --http1.1 --http2 --http3 --tlsv1.2 --tlsv1.3 --proto= --proto-default= ' +
  '--retry-connrefused --retry-all-errors ' +
  '--retry-max-time= --no-keepalive --keepalive-time= -c= --cookie-jar= --cacert= --ssl-reqd -J --remote-header-name';

/** For `--help`: only the options that work here. */
export const CURL_USAGE = `Usage: curl [options...] <url>
 -d, --data <data>           HTTP POST data; --data-raw, --data-binary, --data-urlencode, --json
 -f, --fail                  Fail fast with no output on HTTP errors
 -F, --form <name=content>   Specify multipart MIME data
 -G, --get                   Put the post data in the URL and use GET
 -H, --header <header/@file> Pass custom header(s) to server
 -I, --head                  Show document info only
 -i, --include               Include response headers in the output
 -k, --insecure              Allow insecure server connections
 -L, --location              Follow redirects
 -m, --max-time <seconds>    Maximum time allowed for the transfer
 -o, --output <file>         Write to file instead of stdout
 -O, --remote-name           Write output to a file named as the remote file
 -r, --range <range>         Retrieve only the bytes within RANGE
     --retry <num>           Retry request if transient problems occur
 -s, --silent                Silent mode
 -S, --show-error            Show error even when -s is used
 -T, --upload-file <file>    Transfer local FILE to destination
 -u, --user <user:password>  Server user and password
 -A, --user-agent <name>     Send User-Agent <name> to server
 -v, --verbose               Make the operation more talkative
 -w, --write-out <format>    Use output FORMAT after completion
 -X, --request <method>      Specify request method to use

This curl runs in a browser tab: it speaks http, https and file. Another server is reached where it permits it (CORS),
or through the relay of the Slipway server.
`;
