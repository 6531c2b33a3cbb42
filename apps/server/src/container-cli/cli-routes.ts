import type { IncomingMessage, ServerResponse } from 'node:http';
import { APP_HEADERS, type AppRoutes, readBody, send } from './hosts.ts';

/** What the page of the command line asks for and reports, by path below `/cli/`. */
export interface CliEndpoints {
  readonly script: string;
  job(): unknown;
  mount(): Promise<Uint8Array>;
  stdin(): NodeJS.ReadableStream;
  output(stream: 'stdout' | 'stderr', bytes: Uint8Array): Promise<void>;
  save(tree: Uint8Array): Promise<void>;
  exit(code: number): void;
  failure(message: string): void;
}

export function cliRoutes(cli: CliEndpoints): AppRoutes {
  return async (url: URL, request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const answer = (status: number, body: string | Uint8Array, type = 'text/plain'): true => {
      send(response, status, type, body, APP_HEADERS);
      return true;
    };
    switch (url.pathname) {
      case '/':
        return answer(200, '<!doctype html><meta charset="utf-8"><title>container</title><link rel="icon" href="data:,"><body><script type="module" src="/cli/page.js"></script>', 'text/html');
      case '/cli/page.js':
        return answer(200, cli.script, 'text/javascript');
      case '/cli/job':
        return answer(200, JSON.stringify(cli.job()), 'application/json');
      case '/cli/mount':
        return answer(200, await cli.mount(), 'application/octet-stream');
      case '/cli/stdin':
        response.writeHead(200, { ...APP_HEADERS, 'Content-Type': 'application/octet-stream' });
        cli.stdin().pipe(response);
        return true;
      case '/cli/stdout':
      case '/cli/stderr':
        await cli.output(url.pathname === '/cli/stdout' ? 'stdout' : 'stderr', await readBody(request));
        return answer(204, '');
      case '/cli/save':
        await cli.save(await readBody(request));
        return answer(204, '');
      case '/cli/exit':
        cli.exit(Number(new TextDecoder().decode(await readBody(request))));
        return answer(204, '');
      case '/cli/failure':
        cli.failure(new TextDecoder().decode(await readBody(request)));
        return answer(204, '');
      default:
        return false;
    }
  };
}
