/** lib's timer looks at both for `headersTimeout` and `requestTimeout`. */
export interface Connection {
  /** When the current message began, in loop time; 0 = between messages. */
  readonly messageStart: number;
  readonly headersComplete: boolean;
}

/**
 * The parsers of one HTTP server, for its timeouts and `closeIdleConnections`.
 * Reference: ConnectionsList in Node src/node_http_parser.cc.
 */
export class ConnectionsList<C extends Connection> {
  /** In the order of their beginning: lib closes the oldest first. */
  readonly #all = new Set<C>();
  /** Those within a message (or before their first): only these can be late. */
  readonly #active = new Set<C>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  all(): C[] {
    return [...this.#all];
  }

  idle(): C[] {
    // A connection that never sent anything has a start and is not idle.
    return [...this.#all].filter((connection) => connection.messageStart === 0);
  }

  active(): C[] {
    return [...this.#active];
  }

  /** Those whose headers or whole request took too long; each is named once. Limits in ms, 0 = none. */
  expired(headersTimeout: number, requestTimeout: number): C[] {
    if (headersTimeout === 0 && requestTimeout === 0) return [];
    const age = (connection: C): number => this.#now() - connection.messageStart;
    const late = [...this.#active].filter(
      (connection) =>
        (headersTimeout > 0 && !connection.headersComplete && age(connection) > headersTimeout) ||
        (requestTimeout > 0 && age(connection) > requestTimeout),
    );
    // A late one is about to be closed by lib and must not be named again a second later.
    for (const connection of late) this.#active.delete(connection);
    return late;
  }

  static add<C extends Connection>(list: ConnectionsList<C>, connection: C, active: boolean): void {
    // Taken out first: both sets are ordered by the beginning of the message.
    ConnectionsList.remove(list, connection);
    list.#all.add(connection);
    if (active) list.#active.add(connection);
  }

  static remove<C extends Connection>(list: ConnectionsList<C>, connection: C): void {
    list.#all.delete(connection);
    list.#active.delete(connection);
  }
}
