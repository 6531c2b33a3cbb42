import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { GitError } from '@slipway/git';

/** The body of a request as bytes, inflated where the client deflated it, and never more than `limitBytes` of it. */
export async function* readGitBody(request: Request, limitBytes: number): AsyncGenerator<Uint8Array> {
  const encoding = request.headers.get('content-encoding') ?? 'identity';
  if (!['identity', 'gzip', 'x-gzip'].includes(encoding))
    throw new GitError('bad-request', `content encoding '${encoding.slice(0, 40)}' is not known`);
  // What is left is for the listener, which lets a client see its answer before it cuts the line.
  const source: AsyncIterable<Uint8Array> = request.body?.values({ preventCancel: true }) ?? Readable.from([]);
  let bytes = 0;
  for await (const piece of encoding === 'identity' ? source : inflate(source)) {
    bytes += piece.length;
    if (bytes > limitBytes)
      throw new GitError('too-large', `request exceeds maximum allowed size (${limitBytes} bytes)`);
    yield piece;
  }
}

/** gzip as git sends it for long lists of wants. What is none is the client's fault and no error of ours. */
async function* inflate(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const unzip = createGunzip();
  // The reader below gets the same error; this promise must have somebody who takes it.
  const fed = pipeline(source, unzip).then(
    () => undefined,
    (error: unknown) => error,
  );
  try {
    for await (const piece of unzip) yield piece as Uint8Array;
  } catch (error) {
    if (String((error as NodeJS.ErrnoException).code).startsWith('Z_'))
      throw new GitError('bad-request', 'the body is no gzip');
    throw error;
  } finally {
    unzip.destroy();
    await fed;
  }
}
