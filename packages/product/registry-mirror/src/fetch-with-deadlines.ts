/** Three, because a slow line and a silent one look alike for a while. */
export interface FetchDeadlines {
  /** Until the answer's headers are there, redirects included. */
  readonly headersMs: number;
  /** Between two pieces of the body: a large one on a slow line may take long, a silent one may not. */
  readonly idleMs: number;
  /** For all of it: who sends a byte now and then would else be waited for without end. */
  readonly wholeMs: number;
  /** Bytes; one more and it fails. */
  readonly limitBytes: number;
}

/** Reading the body is under the deadlines, too. */
export interface FetchedAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** To be read once, to its end or not at all. */
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Fetches with a deadline for every wait. It ends at once when `signal` is aborted. Each
 * way to fail has a message of its own; `read` gets the answer, and when it has returned
 * the connection is free again, whether the body was read or not.
 */
export async function fetchWithDeadlines<T>(
  url: string,
  options: {
    headers?: Readonly<Record<string, string>>;
    /** Sent by POST; without one it is a GET. */
    body?: Uint8Array<ArrayBuffer>;
    signal: AbortSignal;
    deadlines: FetchDeadlines;
  },
  read: (answer: FetchedAnswer) => Promise<T>,
): Promise<T> {
  const { deadlines } = options;
  const ending = new AbortController();
  const end = (why: string): void => ending.abort(new Error(`Cannot fetch "${url}": ${why}`));
  const whole = setTimeout(() => end(`it was not over after ${deadlines.wholeMs} ms`), deadlines.wholeMs);
  let waiting = setTimeout(() => end(`no answer within ${deadlines.headersMs} ms`), deadlines.headersMs);
  const signal = AbortSignal.any([options.signal, ending.signal]);
  try {
    const response = await fetch(url, {
      ...(options.headers ? { headers: options.headers } : {}),
      ...(options.body ? { method: 'POST', body: options.body } : {}),
      signal,
    });
    clearTimeout(waiting);
    const body = async function* (): AsyncGenerator<Uint8Array> {
      let received = 0;
      const rearm = (): void => {
        clearTimeout(waiting);
        waiting = setTimeout(() => end(`its body was silent for ${deadlines.idleMs} ms`), deadlines.idleMs);
      };
      rearm();
      for await (const chunk of response.body ?? []) {
        // The reader's own time is not the sender's.
        clearTimeout(waiting);
        received += chunk.length;
        if (received > deadlines.limitBytes) {
          throw new Error(`Cannot fetch "${url}": it is larger than ${deadlines.limitBytes} bytes`);
        }
        yield chunk;
        rearm();
      }
    };
    return await read({ status: response.status, headers: response.headers, body: body() });
  } finally {
    clearTimeout(whole);
    clearTimeout(waiting);
    // What was not read is not waited for.
    ending.abort();
  }
}
