import { setTimeout as sleep } from 'node:timers/promises';

/** Together they bound a request: `attempts` times `timeoutMs`, and the pauses between. */
export interface Patience {
  /** Of one attempt, its answer's body included. */
  timeoutMs: number;
  /** Of one request, the first included. */
  attempts: number;
  /** Before the second attempt; doubled before each further one, up to `PAUSE_LIMIT_MS`. */
  pauseMs: number;
}

/** What a store is given that says nothing else. */
export const defaultPatience: Patience = { timeoutMs: 30_000, attempts: 5, pauseMs: 100 };

const PAUSE_LIMIT_MS = 5000;
/** "Later" and "broken for now"; every other answer is one. */
const PASSING_STATUS = new Set([408, 429, 500, 502, 503, 504]);
/** We never ask for more than a part of 8 MiB; lists and errors are small. */
const ANSWER_LIMIT_BYTES = 16 * 1024 ** 2;

/**
 * `fetch` for an object store whose requests may all be repeated: each attempt has a deadline that covers its body,
 * what passes (no network, overload) is tried again after a growing, random pause, and the answer comes whole or
 * not at all. A redirect is refused: it would carry the signature to somebody else.
 */
export function makePatientFetch(patience: Patience, ask: typeof fetch = fetch): typeof fetch {
  return async (input, init) => {
    for (let attempt = 1; ; attempt++) {
      const last = attempt >= patience.attempts;
      try {
        const answer = await askOnce(input, init);
        if (last || !PASSING_STATUS.has(answer.status)) return answer;
      } catch (error) {
        if (last || error instanceof AnswerTooLong) throw error;
      }
      await sleep(Math.min(PAUSE_LIMIT_MS, patience.pauseMs * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2));
    }
  };

  async function askOnce(input: Parameters<typeof fetch>[0], init: RequestInit | undefined): Promise<Response> {
    const signal = AbortSignal.timeout(patience.timeoutMs);
    const answer = await ask(input, { ...init, redirect: 'error', signal });
    const { status, headers } = answer;
    const body = await readWhole(answer.body);
    return new Response(body.length > 0 ? body : null, { status, headers });
  }
}

class AnswerTooLong extends Error {}

async function readWhole(body: ReadableStream<Uint8Array> | null): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body ?? []) {
    size += piece.length;
    if (size > ANSWER_LIMIT_BYTES)
      throw new AnswerTooLong(`Cannot read the object store's answer: it has more than ${ANSWER_LIMIT_BYTES} bytes`);
    pieces.push(piece);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
