/** `wget` of a container: one file an address, without recursion. */
import { createWriteStream, existsSync, mkdirSync, readFileSync, statSync, writeSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseOptions, UsageError, type Options } from '@slipway/shell/options';
import { rawHead, redirectOf, sendRequest, TimedOut } from './http/request.ts';
import { errorText, Failure, runProgram } from './program/run-program.ts';

const USAGE = `GNU Wget's command line, a non-interactive network retriever.
Usage: wget [OPTION]... [URL]...

  -O,  --output-document=FILE  write documents to FILE; - is standard output
  -P,  --directory-prefix=DIR  save files to DIR
  -q,  --quiet                 quiet (no output)
  -nv, --no-verbose            turn off verboseness, without being quiet
  -nc, --no-clobber            skip downloads that would overwrite existing files
  -c,  --continue              resume getting a partially-downloaded file
  -i,  --input-file=FILE       download URLs found in FILE
  -S,  --server-response       print server response
       --spider                don't download anything
  -t,  --tries=NUMBER          set number of retries to NUMBER
  -T,  --timeout=SECONDS       set all timeout values to SECONDS
  -U,  --user-agent=AGENT      identify as AGENT
       --header=STRING         insert STRING among the headers
       --method=HTTPMethod, --body-data=STRING, --body-file=FILE, --post-data=STRING, --post-file=FILE
       --user=USER, --password=PASS, --no-check-certificate, --max-redirect=NUMBER
`;

const OPTIONS = {
  output: '-O= --output-document=',
  prefix: '-P= --directory-prefix=',
  quiet: '-q --quiet',
  noVerbose: '--no-verbose',
  noClobber: '--no-clobber',
  resume: '-c --continue',
  input: '-i= --input-file=',
  serverResponse: '-S --server-response',
  spider: '--spider',
  tries: '-t= --tries=',
  timeout: '-T= --timeout=',
  userAgent: '-U= --user-agent=',
  header: '--header=',
  method: '--method=',
  bodyData: '--body-data= --post-data=',
  bodyFile: '--body-file= --post-file=',
  user: '--user= --http-user=',
  password: '--password= --http-password=',
  insecure: '--no-check-certificate',
  maxRedirect: '--max-redirect=',
} as const;
const IGNORED =
  '-v --verbose --progress= --show-progress --no-cache --no-hsts -4 -6 -N --timestamping --content-disposition';

/** wget(1), "EXIT STATUS". */
const Exit = { generic: 1, parse: 2, file: 3, network: 4, server: 8 } as const;
/** wget's of Debian 12. */
const VERSION = '1.21.3';
/** wget(1), --max-redirect. */
const DEFAULT_REDIRECTS = 20;
/** wget(1), -T: the read timeout. */
const DEFAULT_TIMEOUT_SECONDS = 900;

type WgetOptions = Options<keyof typeof OPTIONS>;

runProgram('wget', USAGE, main);

async function main(args: readonly string[]): Promise<number> {
  // wget's -nv and -nc are two letters long.
  const words = args.map((arg) => ({ '-nv': '--no-verbose', '-nc': '--no-clobber' })[arg] ?? arg);
  const options = parseOptions(words, { options: OPTIONS, ignored: IGNORED, status: Exit.parse });
  const listed = options.values('input').flatMap((file) => readFileSync(file === '-' ? 0 : file, 'utf8').split('\n'));
  const urls = [...options.operands, ...listed].filter((url) => url.trim() !== '');
  if (urls.length === 0) throw new UsageError('missing URL\nUsage: wget [OPTION]... [URL]...\n', Exit.generic);
  let status = 0;
  for (const [index, url] of urls.entries()) {
    const result = await new Download(options, url.trim(), index > 0).run();
    // The gravest of all: the lowest number that is not 0, generic apart.
    if (result !== 0 && (status === 0 || result < status)) status = result;
  }
  return status;
}

/** One address, over all tries and redirects. `appends`: with -O all documents go into one file. */
class Download {
  readonly #options: WgetOptions;
  readonly #address: string;
  readonly #appends: boolean;

  constructor(options: WgetOptions, address: string, appends: boolean) {
    this.#options = options;
    this.#address = address;
    this.#appends = appends;
  }

  async run(): Promise<number> {
    const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(this.#address) ? this.#address : `http://${this.#address}`;
    if (!URL.canParse(text)) return this.#complain(`${this.#address}: Invalid host name.`, Exit.generic);
    const url = new URL(text);
    if (!/^https?:$/.test(url.protocol))
      return this.#complain(`${this.#address}: Unsupported scheme ‘${url.protocol.slice(0, -1)}’.`, Exit.generic);
    const tries = Number(this.#options.value('tries') ?? 1) || 1;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#get(url);
      } catch (error) {
        if (error instanceof Failure) return this.#complain(error.message, error.status);
        const message = this.#networkMessage(url, error);
        if (attempt >= tries) return this.#complain(message, Exit.network);
        this.#log(`${message}\nRetrying.\n\n`);
      }
    }
  }

  /** As wget words it; everything else is the system's own message. */
  #networkMessage(url: URL, error: unknown): string {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (/^(?:ENOTFOUND|EAI_)/.test(code)) return `wget: unable to resolve host address ‘${url.hostname}’`;
    if (error instanceof TimedOut) return 'failed: Connection timed out.';
    return `failed: ${errorText(error)}.`;
  }

  /**
   * Follows redirects with the same method and headers, but a password goes to the first host only. Throws a
   * Failure with wget's status.
   */
  async #get(first: URL): Promise<number> {
    let url = first;
    const limit = Number(this.#options.value('maxRedirect') ?? DEFAULT_REDIRECTS);
    const target = this.#target(url);
    if (target === undefined) return 0;
    // -c asks for the rest by Range; a server that ignores it answers 200, and the file begins anew.
    const start = this.#options.has('resume') && existsSync(target) ? statSync(target).size : 0;
    for (let redirects = 0; ; redirects++) {
      this.#log(`--${stamp()}--  ${url.href}\n`);
      const response = await sendRequest({
        url,
        method: this.#method(),
        headers: this.#headers(url, first.host, start),
        body: this.#body(),
        connectTimeoutMs: Number(this.#options.value('timeout') ?? DEFAULT_TIMEOUT_SECONDS) * 1000,
        insecure: this.#options.has('insecure'),
      });
      const { statusCode = 0, statusMessage = '' } = response;
      this.#log(`HTTP request sent, awaiting response... ${statusCode} ${statusMessage}\n`);
      // Written at once: what wget says must not come after the document on a pipe.
      if (this.#options.has('serverResponse')) writeSync(2, rawHead(response).replace(/^(?=.)/gm, '  '));
      const next = redirectOf(response, url);
      if (next !== undefined) {
        response.resume();
        if (redirects >= limit) throw new Failure(`${limit} redirections exceeded.`, Exit.server);
        this.#log(`Location: ${next.href} [following]\n`);
        url = next;
        continue;
      }
      if (statusCode >= 400) {
        response.destroy();
        throw new Failure(
          `${this.#quietly() ? `${url.href}:\n` : ''}${stamp()} ERROR ${statusCode}: ${statusMessage}.`,
          Exit.server,
        );
      }
      if (this.#options.has('spider')) {
        response.destroy();
        this.#log('Remote file exists.\n\n');
        return 0;
      }
      await this.#save(response, target, url, start > 0 && statusCode === 206);
      return 0;
    }
  }

  /** Undefined where the file is there already and is to be kept. */
  #target(url: URL): string | undefined {
    const named = this.#options.value('output');
    if (named !== undefined) return named;
    const last = basename(decodeURIComponent(url.pathname));
    const name = `${last === '' || url.pathname.endsWith('/') ? 'index.html' : last}${url.search}`;
    const path = join(this.#options.value('prefix') ?? '', name.replaceAll('/', '%2F'));
    if (!existsSync(path) || this.#options.has('resume')) return path;
    if (this.#options.has('noClobber')) {
      this.#log(`File ‘${path}’ already there; not retrieving.\n\n`);
      return undefined;
    }
    // `file.1`, `file.2`: nothing that is there is written over.
    let number = 1;
    while (existsSync(`${path}.${number}`)) number++;
    return `${path}.${number}`;
  }

  /** A body makes a POST of it where no method was named. */
  #method(): string {
    if (this.#options.has('spider')) return 'HEAD';
    return this.#options.value('method') ?? (this.#body() === undefined ? 'GET' : 'POST');
  }

  #body(): Buffer | undefined {
    const text = this.#options.value('bodyData');
    if (text !== undefined) return Buffer.from(text);
    const file = this.#options.value('bodyFile');
    return file === undefined ? undefined : readFileSync(file);
  }

  /** Those of `--header` come last, and take the place of ours. */
  #headers(url: URL, firstHost: string, start: number): Record<string, string> {
    const headers: Record<string, string> = {
      'User-Agent': this.#options.value('userAgent') ?? `Wget/${VERSION}`,
      Accept: '*/*',
      // What is saved is the document itself, and Content-Length is its size.
      'Accept-Encoding': 'identity',
      Host: url.host,
    };
    const body = this.#body();
    if (body !== undefined) {
      headers['Content-Type'] = 'application/x-www-form-urlencoded';
      headers['Content-Length'] = String(body.length);
    }
    if (start > 0) headers['Range'] = `bytes=${start}-`;
    const user = this.#options.value('user');
    if (user !== undefined && url.host === firstHost)
      headers['Authorization'] =
        `Basic ${Buffer.from(`${user}:${this.#options.value('password') ?? ''}`).toString('base64')}`;
    for (const line of this.#options.values('header')) {
      const at = line.indexOf(':');
      if (at > 0) headers[line.slice(0, at)] = line.slice(at + 1).trim();
    }
    return headers;
  }

  /** Appends where the rest was sent or -O takes all documents; what wget says about it comes before and behind. */
  async #save(response: IncomingMessage, target: string, url: URL, resumes: boolean): Promise<void> {
    const length = response.headers['content-length'];
    const type = response.headers['content-type']?.split(';')[0];
    const size = length === undefined ? 'unspecified' : length;
    this.#log(
      `Length: ${size}${type === undefined ? '' : ` [${type}]`}\n` +
        `Saving to: ‘${target === '-' ? 'STDOUT' : target}’\n\n`,
    );
    let bytes = 0;
    const counted = async function* (): AsyncGenerator<Buffer, void> {
      for await (const chunk of response as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        yield chunk;
      }
    };
    if (target === '-') await pipeline(counted, process.stdout, { end: false });
    else {
      mkdirSync(this.#options.value('prefix') ?? '.', { recursive: true });
      // Without -O a second address has a file of its own.
      const isMore = resumes || (this.#appends && this.#options.has('output'));
      try {
        await pipeline(counted, createWriteStream(target, { flags: isMore ? 'a' : 'w' }));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).path === undefined) throw error;
        throw new Failure(`${target}: ${errorText(error)}`, this.#options.has('output') ? Exit.generic : Exit.file, {
          cause: error,
        });
      }
    }
    const saved = target === '-' ? 'written to stdout' : `‘${target}’ saved`;
    this.#log(`${stamp()} - ${saved} [${bytes}${length === undefined ? '' : `/${length}`}]\n\n`);
    if (this.#options.has('noVerbose') && !this.#options.has('quiet'))
      writeSync(
        2,
        `${stamp()} URL:${url.href} [${bytes}${length === undefined ? '' : `/${length}`}] -> "${target}" [1]\n`,
      );
  }

  #quietly(): boolean {
    return this.#options.has('quiet', 'noVerbose');
  }

  /** Written by `writeSync`: what is said before the document has to be out before it. */
  #log(text: string): void {
    if (!this.#quietly()) writeSync(2, text);
  }

  /** Also with `-nv`; only `-q` hides errors. */
  #complain(message: string, status: number): number {
    if (!this.#options.has('quiet')) writeSync(2, `${message}\n`);
    return status;
  }
}

/** Local time, as in wget's log. */
function stamp(): string {
  const date = new Date();
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
