import type { AgentEvent } from '@slipway/agent';
import { type AgentLease, appendAgentEvents, type Db, type NewAgentEvent } from '@slipway/db';

/** The session was taken over, or is gone: whoever performed it stops, and writes nothing more. */
export class LeaseLost extends Error {
  constructor() {
    super('Cannot go on with the session: it is in other hands');
  }
}

/** How long a piece of text waits for others before it is stored (design, 1). */
export const BATCH_MS = 50;
/** Deltas of one batch are put together up to so many characters. */
const DELTA_CHARS = 16 * 1024;

/** As JSON, with the type beside it for queries. */
export function toRow(event: AgentEvent): NewAgentEvent {
  return { type: event.type, event: JSON.stringify(event) };
}

/** A part of a text that comes whole later. */
type Piece = Extract<AgentEvent, { type: 'TextDelta' | 'ReasoningDelta' | 'ToolCallArgsDelta' }>;

/**
 * What a performer writes into its session's log. Pieces of text, and what nobody need wait for, are put together for
 * up to `BATCH_MS`; what is appended is stored at once, behind them. `events` is the log without pieces, as prompts are
 * made of it, with what is not stored yet: where that fails, nothing more is.
 */
export class SessionLog {
  readonly #db: Db;
  readonly #lease: AgentLease;
  readonly events: AgentEvent[];
  #waiting: AgentEvent[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** One append after the other: the order of the log is the order of the calls. */
  #tail: Promise<void> = Promise.resolve();
  readonly #failure = new AbortController();

  constructor(db: Db, lease: AgentLease, events: AgentEvent[]) {
    this.#db = db;
    this.#lease = lease;
    this.events = events;
  }

  /** Aborted with the reason once something could not be stored: what goes on beside the log goes on for nothing. */
  get failed(): AbortSignal {
    return this.#failure.signal;
  }

  /** Keeps a piece of text for the next batch. A failure shows at the next `append`. */
  piece(event: Piece): void {
    const last = this.#waiting.at(-1);
    const joined = last === undefined ? undefined : join(last, event);
    if (joined === undefined) this.#waiting.push(event);
    else this.#waiting[this.#waiting.length - 1] = joined;
    this.#flushSoon();
  }

  /** Keeps events for the next batch. A failure shows at the next `append` or `flush`. */
  tell(...events: AgentEvent[]): void {
    this.#waiting.push(...events);
    this.events.push(...events);
    this.#flushSoon();
  }

  /** Stores events, behind what waits. Throws `LeaseLost`. */
  async append(...events: AgentEvent[]): Promise<void> {
    this.tell(...events);
    await this.flush();
  }

  /** Stores what waits. Throws `LeaseLost`. */
  async flush(): Promise<void> {
    this.#flush();
    await this.#tail;
  }

  #flushSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#flush();
      // Kept from being an unhandled rejection; `append` awaits the same chain, and rejects.
      this.#tail.catch((error: unknown) => this.#failure.abort(error));
    }, BATCH_MS);
  }

  /** What comes while an earlier batch is being stored goes with the next one: a slow database gets fewer, larger. */
  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.length === 0) return;
    this.#tail = this.#tail.then(async () => {
      const batch = this.#waiting.splice(0);
      if (batch.length === 0) return;
      const { outcome } = await appendAgentEvents(this.#db, this.#lease, batch.map(toRow));
      if (outcome === 'lost-lease') throw new LeaseLost();
    });
  }

  /** Nothing more is written; waits for what is under way. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#waiting = [];
    await this.#tail.catch(() => undefined);
  }
}

/** Two deltas of one text or one call as one event, up to {@link DELTA_CHARS}: a row for each token would be many. */
function join(last: AgentEvent, next: AgentEvent): AgentEvent | undefined {
  if (
    (last.type === 'TextDelta' || last.type === 'ReasoningDelta') &&
    next.type === last.type &&
    last.text.length + next.text.length <= DELTA_CHARS
  )
    return { ...last, text: last.text + next.text };
  if (
    last.type === 'ToolCallArgsDelta' &&
    next.type === 'ToolCallArgsDelta' &&
    last.id === next.id &&
    last.json.length + next.json.length <= DELTA_CHARS
  )
    return { ...last, json: last.json + next.json };
  return undefined;
}
