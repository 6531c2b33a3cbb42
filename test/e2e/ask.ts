import { request } from 'node:http';
import { apiPaths, sessionResponse } from '@slipway/contracts';

/** An answer of the server, its body as text. */
export interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** The API as a program uses it. Node does not resolve *.localhost, so the host goes in the header. */
export function ask(
  port: number,
  method: string,
  url: string,
  options: { token?: string; body?: unknown; bytes?: Uint8Array; type?: string } = {},
): Promise<Answer> {
  const { hostname, pathname, search } = new URL(url, `http://slipway.localhost:${port}`);
  const body = options.body === undefined ? undefined : JSON.stringify(options.body);
  const headers: Record<string, string> = {
    Host: `${hostname}:${port}`,
    Origin: `http://slipway.localhost:${port}`,
    'Sec-Fetch-Site': 'same-origin',
  };
  if (options.token !== undefined) headers['Authorization'] = `Bearer ${options.token}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  else if (options.bytes !== undefined) headers['Content-Type'] = options.type ?? 'application/octet-stream';
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path: pathname + search, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body ?? options.bytes);
  });
}

/** The answer, if it has this status; else throws what it says. */
export function mustBe(answer: Answer, status: number, what: string): Answer {
  if (answer.status !== status)
    throw new Error(`${what}: the server answered ${answer.status}: ${answer.body.slice(0, 500)}`);
  return answer;
}

/** A token of the machine's owner. */
export async function signIn(port: number): Promise<string> {
  const answer = mustBe(await ask(port, 'POST', apiPaths.localSignIn, { body: {} }), 200, 'sign in');
  return sessionResponse.parse(JSON.parse(answer.body)).data.accessToken;
}
