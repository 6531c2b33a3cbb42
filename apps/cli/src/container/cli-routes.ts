import type { IncomingMessage, ServerResponse } from 'node:http';
import { isolationHeaders } from '@slipway/embed';
import { answer, type AppRoutes, readBody } from '@slipway/embed/node';

/** What the page of the command line asks for and reports, by path below `/cli/`. */
export interface CliEndpoints {
  readonly script: string;
  /** What the page is to do; the page's own `Job` is its shape. */
  job(): unknown;
  /** The folder of `--mount` as the bytes that `mount` takes. */
  mount(): Promise<Uint8Array>;
  stdin(): NodeJS.ReadableStream;
  /** Resolves when the bytes are written: so long the page waits with the next. */
  output(stream: 'stdout' | 'stderr', bytes: Uint8Array): Promise<void>;
  save(tree: Uint8Array): Promise<void>;
  exit(code: number): void;
  /** Something that is no result of the command; ends the run with code 1. */
  failure(message: string): void;
}

/** The icon is given as an empty one, so that the browser asks for none and the console stays clean. */
const PAGE = [
  '<!doctype html><meta charset="utf-8"><title>container</title><link rel="icon" href="data:,">',
  '<body><script type="module" src="/cli/page.js"></script>',
].join('');

/** Answers with the app's isolation headers, since the container needs `SharedArrayBuffer`. */
export function cliRoutes(cli: CliEndpoints): AppRoutes {
  return async (url: URL, request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const reply = (status: number, body: string | Uint8Array, type = 'text/plain'): true => {
      answer(response, status, type, body, isolationHeaders.app);
      return true;
    };
    const text = async (): Promise<string> => new TextDecoder().decode(await readBody(request));
    switch (url.pathname) {
      case '/':
        return reply(200, PAGE, 'text/html');
      case '/cli/page.js':
        return reply(200, cli.script, 'text/javascript');
      case '/cli/job':
        return reply(200, JSON.stringify(cli.job()), 'application/json');
      case '/cli/mount':
        return reply(200, await cli.mount(), 'application/octet-stream');
      case '/cli/stdin':
        // Not as a whole: the command may want its input while it runs.
        response.writeHead(200, { ...isolationHeaders.app, 'Content-Type': 'application/octet-stream' });
        cli.stdin().pipe(response);
        return true;
      case '/cli/stdout':
      case '/cli/stderr':
        await cli.output(url.pathname === '/cli/stdout' ? 'stdout' : 'stderr', await readBody(request));
        return reply(204, '');
      case '/cli/save':
        await cli.save(await readBody(request));
        return reply(204, '');
      case '/cli/exit':
        cli.exit(Number(await text()));
        return reply(204, '');
      case '/cli/failure':
        cli.failure(await text());
        return reply(204, '');
      default:
        return false;
    }
  };
}
