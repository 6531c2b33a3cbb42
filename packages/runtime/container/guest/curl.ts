/**
 * `curl` of a container: its command line over node:http. What leaves the container is fetched by the browser or the
 * relay, so it is HTTP alone, and what the browser keeps to itself (cookies, TLS) is not to be seen.
 */
import { createReadStream, createWriteStream, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { parseOptions, UsageError, type Options } from '@slipway/shell/options';
import { type DataKind, joinData, multipart, readLocal } from './http/curl-body.ts';
import { CURL_IGNORED, CURL_OPTIONS, CURL_USAGE } from './http/curl-options.ts';
import { rawHead, redirectOf, sendRequest, TimedOut } from './http/request.ts';
import { errorText, Failure, print, runProgram } from './program/run-program.ts';

/** curl(1), "EXIT CODES". */
const Exit = {
  unsupported: 1,
  usage: 2,
  badUrl: 3,
  resolve: 6,
  connect: 7,
  http: 22,
  write: 23,
  timeout: 28,
  tls: 60,
  redirects: 47,
  empty: 52,
  receive: 56,
  file: 37,
} as const;
/** curl's of Debian 12, whose options and words these are. */
const VERSION = '7.88.1';
/** curl(1), --max-redirs. */
const DEFAULT_REDIRECTS = 50;
/** Errors of a connection that has begun. */
const BROKEN_OFF = /^(?:ECONNRESET|EPIPE|HPE_)/;

type CurlOptions = Options<keyof typeof CURL_OPTIONS>;

runProgram('curl', CURL_USAGE, main, "curl: try 'curl --help' or 'curl --manual' for more information");

async function main(args: readonly string[]): Promise<number> {
  const options = read(args);
  if (options.has('help')) {
    await print(CURL_USAGE);
    return 0;
  }
  if (options.has('version')) {
    await print(`curl ${VERSION} (slipway) node/${process.versions.node}\nProtocols: file http https\n`);
    return 0;
  }
  const urls = [...options.values('url'), ...options.operands];
  if (urls.length === 0) throw new UsageError('', Exit.usage);
  const outputs = options.values('output');
  let status = 0;
  for (const [index, url] of urls.entries()) {
    const transfer = new Transfer(options, url, options.has('remoteName') ? 'remote' : outputs[index]);
    const result = await transfer.run();
    // The last failure is curl's status, whatever succeeded after it.
    if (result !== 0) status = result;
  }
  return status;
}

/** In curl's words; every option may be anywhere. */
function read(args: readonly string[]): CurlOptions {
  try {
    return parseOptions(args, { options: CURL_OPTIONS, ignored: CURL_IGNORED, status: Exit.usage });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const named = /'([^']*)'/.exec(error.message)?.[1] ?? '';
    const option = named.startsWith('-') ? named : `-${named}`;
    const problem = error.message.includes('requires an argument') ? 'requires parameter' : 'is unknown';
    throw new UsageError(`option ${option}: ${problem}`, Exit.usage);
  }
}

/** One address: its requests, over all redirects and retries, and where the answer is written. */
class Transfer {
  readonly #options: CurlOptions;
  readonly #address: string;
  readonly #target: string | undefined;
  #bytes = 0;
  #started = Date.now();

  constructor(options: CurlOptions, address: string, target: string | undefined) {
    this.#options = options;
    this.#address = address;
    this.#target = target;
  }

  async run(): Promise<number> {
    // Only what may pass by itself is tried again: no connection, and a time that ran out.
    const retries = Number(this.#options.value('retry') ?? 0);
    for (let attempt = 0; ; attempt++) {
      const result = await this.#attempt();
      if (typeof result === 'number') return result;
      if (attempt >= retries || !result.isTransient) {
        if (!this.#options.has('silent') || this.#options.has('showError'))
          process.stderr.write(`curl: (${result.code}) ${result.message}\n`);
        return result.code;
      }
      await new Promise((resolve) => setTimeout(resolve, Number(this.#options.value('retryDelay') ?? 1) * 1000));
    }
  }

  /** One try: the exit status of a transfer, or what went wrong. `isTransient` is what --retry tries again. */
  async #attempt(): Promise<number | { code: number; message: string; isTransient: boolean }> {
    const fail = (code: number, message: string, isTransient = false) => ({ code, message, isTransient });
    const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(this.#address) ? this.#address : `http://${this.#address}`;
    if (!URL.canParse(text)) return fail(Exit.badUrl, 'URL using bad/illegal format or missing URL');
    const url = new URL(text);
    const scheme = url.protocol.slice(0, -1);
    if (!['http', 'https', 'file'].includes(scheme))
      return fail(Exit.unsupported, `Protocol "${scheme}" not supported or disabled in libcurl`);
    this.#started = Date.now();
    try {
      return scheme === 'file' ? await this.#copyFile(url) : await this.#request(url);
    } catch (error) {
      if (error instanceof Failure) {
        const [, code, message] = /^\((\d+)\) (.*)$/s.exec(error.message) ?? [];
        return fail(Number(code ?? error.status), message ?? error.message);
      }
      if (error instanceof TimedOut)
        return fail(
          Exit.timeout,
          `Operation timed out after ${Date.now() - this.#started} milliseconds with ${this.#bytes} bytes received`,
          true,
        );
      // From Node's codes to curl's: scripts look at the number alone.
      const { code = '' } = error as NodeJS.ErrnoException;
      if (/^(?:ENOTFOUND|EAI_)/.test(code)) return fail(Exit.resolve, `Could not resolve host: ${url.hostname}`);
      // Nothing at all had come: curl tells that apart from a body that breaks off.
      if (code === 'ECONNRESET' && this.#bytes === 0) return fail(Exit.empty, 'Empty reply from server');
      if (BROKEN_OFF.test(code)) return fail(Exit.receive, `Recv failure: ${errorText(error)}`);
      if (/CERT|TLS|SSL/.test(code)) return fail(Exit.tls, `SSL certificate problem: ${errorText(error)}`);
      const port = url.port || (scheme === 'https' ? '443' : '80');
      const after = `after ${Date.now() - this.#started} ms`;
      return fail(
        Exit.connect,
        `Failed to connect to ${url.hostname} port ${port} ${after}: Couldn't connect to server`,
        true,
      );
    }
  }

  /** file:// reads the container's own files, as curl's does. */
  async #copyFile(url: URL): Promise<number> {
    const path = fileURLToPath(url);
    if (!existsSync(path)) throw new Failure(`(${Exit.file}) Couldn't open file ${path}`, Exit.file);
    await this.#save(createReadStream(path), url);
    return 0;
  }

  /** Over all redirects. Where an answer is not followed it is the result, whatever its status. */
  async #request(first: URL): Promise<number> {
    const limit = Number(this.#options.value('maxRedirects') ?? DEFAULT_REDIRECTS);
    // Of the whole transfer, redirects included; 0 is none.
    const deadline = Number(this.#options.value('maxTime') ?? 0) * 1000;
    const body = this.#body();
    let url = this.#withQuery(first, body?.bytes);
    let sent = this.#options.has('get') ? undefined : body;
    let method = this.#options.value('method') ?? this.#defaultMethod(sent !== undefined);
    for (let redirects = 0; ; redirects++) {
      const headers = this.#headers(url, sent, first.host);
      const connect = Number(this.#options.value('connectTimeout') ?? 0) * 1000;
      this.#trace('> ', `${method} ${url.pathname}${url.search} HTTP/1.1`, Object.entries(headers));
      const response = await sendRequest({
        url,
        method,
        headers,
        body: sent?.bytes,
        connectTimeoutMs: deadline === 0 ? connect : deadline,
        insecure: this.#options.has('insecure'),
      });
      if (deadline > 0) {
        const left = Math.max(1, deadline - (Date.now() - this.#started));
        const timer = setTimeout(() => response.destroy(new TimedOut('Operation timed out')), left);
        response.on('close', () => clearTimeout(timer));
      }
      this.#traceAnswer(response);
      const next = this.#options.has('location', 'locationTrusted') ? redirectOf(response, url) : undefined;
      if (next === undefined) return await this.#finish(response, url, redirects, method);
      if (redirects >= limit && limit >= 0)
        throw new Failure(`(${Exit.redirects}) Maximum (${limit}) redirects followed`, Exit.redirects);
      if (this.#options.has('include', 'head')) await print(rawHead(response));
      // An answer that is not read would hold its connection.
      response.resume();
      // RFC 9110, 15.4: 303 asks by GET, and everybody does so for 301 and 302 of POST.
      const { statusCode = 0 } = response;
      if (statusCode === 303 || (statusCode < 303 && method === 'POST')) {
        method = method === 'HEAD' ? 'HEAD' : (this.#options.value('method') ?? 'GET');
        sent = undefined;
      }
      url = next;
    }
  }

  /** What -X would override; a body makes it POST, an upload PUT. */
  #defaultMethod(hasBody: boolean): string {
    if (this.#options.has('head')) return 'HEAD';
    if (this.#options.has('upload')) return 'PUT';
    return hasBody ? 'POST' : 'GET';
  }

  /** -T before -F before -d and its kin: curl refuses some of these together, here the first one counts. */
  #body(): { readonly bytes: Buffer; readonly type: string | undefined } | undefined {
    const upload = this.#options.value('upload');
    if (upload !== undefined) return { bytes: readLocal(upload), type: undefined };
    const form = this.#options.values('form');
    if (form.length > 0) {
      const { type, body } = multipart(form);
      return { bytes: body, type };
    }
    const kinds: readonly DataKind[] = ['data', 'raw', 'binary', 'urlencode', 'json'];
    const pieces = kinds.flatMap((kind) => this.#options.values(kind).map((text) => ({ kind, text })));
    if (pieces.length === 0) return undefined;
    const type = this.#options.has('json') ? 'application/json' : 'application/x-www-form-urlencoded';
    return { bytes: joinData(pieces), type };
  }

  /** -G: what -d would send goes behind the address instead. */
  #withQuery(url: URL, bytes: Buffer | undefined): URL {
    if (!this.#options.has('get') || bytes === undefined) return url;
    const joined = new URL(url);
    joined.search = `${url.search === '' ? '?' : `${url.search}&`}${bytes.toString().replaceAll('%20', '+')}`;
    return joined;
  }

  #headers(
    url: URL,
    body: { readonly type: string | undefined; readonly bytes: Buffer } | undefined,
    firstHost: string,
  ) {
    const headers: Record<string, string | string[]> = {
      Host: url.host,
      'User-Agent': this.#options.value('userAgent') ?? `curl/${VERSION}`,
      Accept: this.#options.has('json') ? 'application/json' : '*/*',
    };
    // Whatever the case of the name: a header of -H replaces ours. An empty value takes it out.
    const set = (name: string, value: string): void => {
      const known = Object.keys(headers).find((each) => each.toLowerCase() === name.toLowerCase());
      if (known !== undefined) delete headers[known];
      if (value !== '') headers[name] = value;
    };
    // What says who somebody is goes to the host it was meant for.
    const trusted = url.host === firstHost || this.#options.has('locationTrusted');
    const user = this.#options.value('user') ?? (url.username === '' ? undefined : `${url.username}:${url.password}`);
    if (user !== undefined && trusted)
      set('Authorization', `Basic ${Buffer.from(decodeURIComponent(user)).toString('base64')}`);
    const bearer = this.#options.value('bearer');
    if (bearer !== undefined && trusted) set('Authorization', `Bearer ${bearer}`);
    if (this.#options.has('compressed')) set('Accept-Encoding', 'deflate, gzip, br');
    if (this.#options.has('referer')) set('Referer', this.#options.value('referer') ?? '');
    if (this.#options.has('cookie') && trusted) set('Cookie', this.#options.value('cookie') ?? '');
    if (this.#options.has('range')) set('Range', `bytes=${this.#options.value('range') ?? ''}`);
    if (body !== undefined) {
      set('Content-Length', String(body.bytes.length));
      if (body.type !== undefined) set('Content-Type', body.type);
    }
    for (const line of this.#options.values('header').flatMap(headerLines)) {
      const [, name = '', mark = ':', value = ''] = /^([^:;]+)([:;])\s*(.*)$/s.exec(line) ?? [];
      if (name === '' || (!trusted && /^(?:authorization|cookie)$/i.test(name))) continue;
      // `X-Name;` is how curl sends a header without a value.
      if (mark === ';') headers[name] = '';
      else set(name, value);
    }
    return headers;
  }

  /** Writes the answer out, and -w behind it also where -f makes it a failure. */
  async #finish(response: IncomingMessage, url: URL, redirects: number, method: string): Promise<number> {
    const { statusCode = 0 } = response;
    // Without -f an error page is a success: curl has got what it asked for.
    const failed = statusCode >= 400 && this.#options.has('fail', 'failWithBody');
    const dump = this.#options.value('dumpHeader');
    if (dump !== undefined && dump !== '-') writeFileSync(dump, rawHead(response));
    const head = this.#options.has('include', 'head') || dump === '-' ? rawHead(response) : '';
    if (failed && !this.#options.has('failWithBody')) response.destroy();
    else await this.#save(method === 'HEAD' ? response : this.#decoded(response), url, head);
    await this.#writeOut(response, url, redirects, method);
    if (failed) throw new Failure(`(${Exit.http}) The requested URL returned error: ${statusCode}`, Exit.http);
    return 0;
  }

  /** Only with --compressed: without, curl hands on the bytes as they came. */
  #decoded(response: IncomingMessage): Readable {
    const coding = this.#options.has('compressed') ? response.headers['content-encoding'] : undefined;
    if (coding === 'gzip') return response.pipe(createGunzip());
    if (coding === 'deflate') return response.pipe(createInflate());
    return coding === 'br' ? response.pipe(createBrotliDecompress()) : response;
  }

  /** Into the file or to stdout, `head` before it. */
  async #save(body: Readable, url: URL, head = ''): Promise<void> {
    const counted = this.#counted(body);
    const name = this.#target === 'remote' ? remoteName(url) : this.#target;
    if (name === undefined || name === '-') {
      await print(head);
      await pipeline(counted, process.stdout, { end: false });
      return;
    }
    const path = join(this.#options.value('outputDir') ?? '', name);
    if (this.#options.has('createDirs')) mkdirSync(dirname(path), { recursive: true });
    try {
      const file = createWriteStream(path);
      file.write(head);
      await pipeline(counted, file);
    } catch (error) {
      // With a path it was the file that failed, else the connection.
      if ((error as NodeJS.ErrnoException).path === undefined) throw error;
      if (!this.#options.has('silent'))
        process.stderr.write(`Warning: Failed to open the file ${path}: ${errorText(error)}\n`);
      throw new Failure(`(${Exit.write}) Failure writing output to destination`, Exit.write, { cause: error });
    }
  }

  /** Counts what arrives, for -w and for what is told when the time is over. */
  async *#counted(body: Readable): AsyncGenerator<Buffer, void> {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      this.#bytes += chunk.length;
      yield chunk;
    }
  }

  /** curl(1), "--write-out". A variable that is unknown is empty, as one that has no value. */
  async #writeOut(response: IncomingMessage, url: URL, redirects: number, method: string): Promise<void> {
    const format = this.#options.value('writeOut');
    if (format === undefined) return;
    const seconds = ((Date.now() - this.#started) / 1000).toFixed(6);
    const variables: Readonly<Record<string, string>> = {
      http_code: String(response.statusCode ?? 0).padStart(3, '0'),
      response_code: String(response.statusCode ?? 0).padStart(3, '0'),
      content_type: response.headers['content-type'] ?? '',
      url_effective: url.href,
      size_download: String(this.#bytes),
      num_redirects: String(redirects),
      redirect_url: redirectOf(response, url)?.href ?? '',
      method,
      scheme: url.protocol.slice(0, -1).toUpperCase(),
      http_version: response.httpVersion,
      time_total: seconds,
      filename_effective: this.#target ?? '',
      errormsg: '',
      exitcode: '0',
    };
    const text = (format.startsWith('@') ? readLocal(format.slice(1)).toString() : format)
      .replace(/\\([nrt\\])/g, (_whole, letter: string) => ({ n: '\n', r: '\r', t: '\t' })[letter] ?? '\\')
      .replace(/%\{(\w+)\}/g, (_whole, name: string) => variables[name] ?? '')
      .replaceAll('%%', '%');
    await print(text);
  }

  /** -v, on stderr; what TLS and the connection itself do is not to be seen from here. */
  #trace(mark: string, first: string, headers: readonly (readonly [string, unknown])[]): void {
    if (!this.#options.has('verbose')) return;
    const lines = [first, ...headers.map(([name, value]) => `${name}: ${String(value)}`), ''];
    process.stderr.write(lines.map((line) => `${mark}${line}\n`).join(''));
  }

  #traceAnswer(response: IncomingMessage): void {
    const [first = '', ...lines] = rawHead(response).trimEnd().split('\r\n');
    this.#trace(
      '< ',
      first,
      lines.map((line) => [line.split(': ')[0] ?? '', line.split(': ').slice(1).join(': ')] as const),
    );
  }
}

/** -H @file: one header to a line. */
function headerLines(header: string): string[] {
  return header.startsWith('@') ? readLocal(header.slice(1)).toString().split(/\r?\n/) : [header];
}

/** -O: the end of the address's path. */
function remoteName(url: URL): string {
  const name = basename(decodeURIComponent(url.pathname));
  if (name === '' || name === '/' || (existsSync(name) && statSync(name).isDirectory()))
    throw new Failure(`(${Exit.write}) Remote file name has no length`, Exit.write);
  return name;
}
