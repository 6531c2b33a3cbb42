import { errorEnvelope } from '@slipway/contracts';

/** Anything that checks an answer; zod schemas do. */
interface Schema<T> {
  parse(value: unknown): T;
}

/** Longer than a password takes to be hashed behind a queue of others. */
const ANSWER_LIMIT_MS = 60_000;

/** Asks a route that needs no session. Throws what the server says. */
export async function askOpenly<T>(schema: Schema<T>, path: string, body?: unknown): Promise<T> {
  const response = await fetch(path, {
    signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
    ...(body === undefined
      ? {}
      : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  if (response.ok) return schema.parse(answer);
  const envelope = errorEnvelope.safeParse(answer);
  throw new Error(envelope.success ? envelope.data.message : `The server answered ${response.status}`);
}
