import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** One exchange without redirects, which the commands follow by themselves. */
export interface HttpRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer | undefined;
  /** Until the answer begins; 0 waits for ever. */
  readonly connectTimeoutMs: number;
  /** What the certificate is may be anything. */
  readonly insecure: boolean;
}

/** Apart from node's errors, because curl and wget report it in words of their own. */
export class TimedOut extends Error {}

/** The answer's head; its body is still to be read. Rejects as node:http does, or with `TimedOut`. */
export function sendRequest(request: HttpRequest): Promise<IncomingMessage> {
  const { url, method, headers, body, connectTimeoutMs, insecure } = request;
  return new Promise((resolve, reject) => {
    const start = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const sent = start(url, { method, headers, agent: false, ...(insecure ? { rejectUnauthorized: false } : {}) });
    const timer =
      connectTimeoutMs === 0
        ? undefined
        : setTimeout(() => sent.destroy(new TimedOut('Connection timed out')), connectTimeoutMs);
    sent.on('response', (response) => {
      clearTimeout(timer);
      resolve(response);
    });
    sent.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    sent.end(body);
  });
}

/** Headers in the order and with the case in which they came, ending with an empty line. */
export function rawHead(response: IncomingMessage): string {
  const { httpVersion, statusCode = 0, statusMessage = '', rawHeaders } = response;
  const lines = [`HTTP/${httpVersion} ${statusCode} ${statusMessage}`];
  for (let at = 0; at < rawHeaders.length; at += 2) lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** Where a redirect leads, or undefined where the answer is none. */
export function redirectOf(response: IncomingMessage, from: URL): URL | undefined {
  const { statusCode = 0, headers } = response;
  if (![301, 302, 303, 307, 308].includes(statusCode) || headers.location === undefined) return undefined;
  return URL.canParse(headers.location, from.href) ? new URL(headers.location, from) : undefined;
}
