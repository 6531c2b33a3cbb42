/** `name` is full, as the server tells it. */
export interface RemoteRef {
  readonly oid: string;
  readonly name: string;
}

const ANSWER_LIMIT_BYTES = 32 * 1024 * 1024;
const ANSWER_LIMIT_MS = 60_000;

/** The refs of a repository behind smart HTTP, as git-upload-pack(1) advertises them. Throws with what went wrong. */
export async function listRemote(url: string, authorization: string | undefined): Promise<readonly RemoteRef[]> {
  const address = `${url.replace(/\/+$/, '')}/info/refs?service=git-upload-pack`;
  const headers = authorization === undefined ? {} : { authorization };
  const response = await fetch(address, { headers, signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
  if (response.status === 401 || response.status === 403) throw new Error(`Authentication failed for '${url}/'`);
  if (response.status === 404) throw new Error(`repository '${url}/' not found`);
  if (!response.ok) throw new Error(`unable to access '${url}/': The requested URL returned error: ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.length > ANSWER_LIMIT_BYTES) throw new Error(`unable to access '${url}/': too many refs`);
  return parseAdvertisement(bytes);
}

/** gitprotocol-pack(5), version 0: a service line, a flush, then `oid SP name`, capabilities behind the first. */
export function parseAdvertisement(bytes: Uint8Array): readonly RemoteRef[] {
  const refs: RemoteRef[] = [];
  const decoder = new TextDecoder();
  for (let at = 0; at + 4 <= bytes.length;) {
    const length = Number.parseInt(decoder.decode(bytes.subarray(at, at + 4)), 16);
    if (Number.isNaN(length)) throw new Error('bad line length character');
    if (length < 4) {
      at += 4;
      continue;
    }
    const line = decoder.decode(bytes.subarray(at + 4, at + length)).replace(/\n$/, '');
    at += length;
    const match = /^([0-9a-f]{40}) ([^\0]+)/.exec(line);
    const [, oid = '', name = ''] = match ?? [];
    if (match !== null && name !== 'capabilities^{}') refs.push({ oid, name });
  }
  return refs;
}

/** Whether `git ls-remote <url> <pattern…>` shows a ref: a pattern matches whole parts from the end. */
export function matchesPattern(name: string, patterns: readonly string[]): boolean {
  return patterns.length === 0 || patterns.some((pattern) => name === pattern || name.endsWith(`/${pattern}`));
}
