/** One event of a `text/event-stream` (HTML Standard, 9.2.6). */
export interface StreamEvent {
  readonly id: string | undefined;
  readonly type: string;
  readonly data: string;
}

/** Cuts decoded text into events; keeps what is not complete yet. Comments and `retry` are passed over. */
export class EventStreamParser {
  #rest = '';

  push(text: string): StreamEvent[] {
    this.#rest += text;
    const events: StreamEvent[] = [];
    for (;;) {
      const end = /\r\n\r\n|\n\n|\r\r/.exec(this.#rest);
      if (end === null) return events;
      const event = parseBlock(this.#rest.slice(0, end.index));
      if (event !== undefined) events.push(event);
      this.#rest = this.#rest.slice(end.index + end[0].length);
    }
  }
}

/** Undefined for a block without data, such as a heartbeat. One blank behind the colon is no part of the value. */
function parseBlock(block: string): StreamEvent | undefined {
  let id: string | undefined;
  let type = 'message';
  const data: string[] = [];
  for (const line of block.split(/\r\n|\n|\r/)) {
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'id') id = value;
    else if (field === 'event') type = value;
    else if (field === 'data') data.push(value);
  }
  return data.length === 0 ? undefined : { id, type, data: data.join('\n') };
}
