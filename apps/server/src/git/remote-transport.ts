import { EgressError, type EgressGuard } from '@slipway/egress';
import { GitError, type RemoteTransport } from '@slipway/git';

/** A push is held in memory while it is sent. */
const SENT_BYTES = 64 * 1024 * 1024;
/** For the list of refs, and for a report of a push. */
const LIST_BYTES = 16 * 1024 * 1024;
const LIST_MS = 30_000;
const TRANSFER_MS = 10 * 60_000;
/** Git's own servers say something every five seconds, however long they count objects. */
const IDLE_MS = 30_000;

/** Why another server cannot be used: what people are told, without a word of the credential. */
export class RemoteError extends Error {}

/** Another repository, called through the guard. `credential` goes to that server alone, in a header. */
export function createRemoteTransport(
  egress: EgressGuard,
  url: string,
  {
    credential,
    receivedBytes,
    signal,
    idleMs = IDLE_MS,
  }: {
    credential: { username: string; password: string } | undefined;
    receivedBytes: number;
    signal: AbortSignal;
    /** How long the other server may say nothing in the middle of an answer. */
    idleMs?: number;
  },
): RemoteTransport {
  const base = url.replace(/\/+$/, '');
  const headers: Record<string, string> = { 'user-agent': 'git/2.39 (slipway)' };
  if (credential)
    headers['authorization'] =
      `Basic ${Buffer.from(`${credential.username}:${credential.password}`).toString('base64')}`;
  const call = async (path: string, init: Parameters<EgressGuard['fetch']>[1]): Promise<AsyncIterable<Uint8Array>> => {
    const idle = new AbortController();
    const response = await egress
      .fetch(`${base}${path}`, { redirect: 'manual', signal: AbortSignal.any([signal, idle.signal]), ...init })
      .catch((error: unknown) => {
        throw error instanceof EgressError ? new RemoteError(error.message) : error;
      });
    if (response.status === 200 && response.body) return readable(response.body, { idle, idleMs });
    await response.body?.cancel();
    throw new RemoteError(explain(response.status));
  };
  return {
    list: (service) => call(`/info/refs?service=${service}`, { headers, deadlineMs: LIST_MS, maxBytes: LIST_BYTES }),
    post: async (service, body) =>
      await call(`/${service}`, {
        method: 'POST',
        headers: {
          ...headers,
          'content-type': `application/x-${service}-request`,
          accept: `application/x-${service}-result`,
        },
        body: await collect(body),
        deadlineMs: TRANSFER_MS,
        maxBytes: service === 'git-upload-pack' ? receivedBytes : LIST_BYTES,
      }),
  };
}

/** A redirect is not followed: the credential would go with it. */
function explain(status: number): string {
  if (status === 401 || status === 403) return 'The other server does not accept the credential';
  if (status === 404) return 'The other server has no such repository, or does not show it';
  if (status >= 300 && status < 400) return 'The repository has moved: use its new address';
  return `The other server answers ${status}`;
}

/** Errors of the guard in the middle of a body, as at its beginning. A server that dribbles holds up all others. */
async function* readable(
  body: ReadableStream<Uint8Array>,
  { idle, idleMs }: { idle: AbortController; idleMs: number },
): AsyncGenerator<Uint8Array> {
  const wait = () => setTimeout(() => idle.abort(), idleMs);
  let timer = wait();
  try {
    for await (const piece of body) {
      // What is done with it is our own time.
      clearTimeout(timer);
      yield piece;
      timer = wait();
    }
  } catch (error) {
    if (idle.signal.aborted) throw new RemoteError(`The other server said nothing for ${idleMs / 1000} s`);
    throw error instanceof EgressError ? new RemoteError(error.message) : error;
  } finally {
    clearTimeout(timer);
  }
}

/** Whole, as the guard takes a body; a push beyond the limit fails before anything is sent. */
async function collect(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of source) {
    bytes += piece.length;
    if (bytes > SENT_BYTES) throw new GitError('too-large', `push exceeds maximum allowed size (${SENT_BYTES} bytes)`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
