import type { NodeData, OptionValue } from '@slipway/node-lib';
import type { CheckedValues } from './option-rules.ts';

/** The values of all options, by the names under which lib asks for them. */
export class OptionValues implements CheckedValues {
  readonly #values: Map<string, OptionValue>;

  /** Begins with what Node has when no option is given. */
  constructor(data: NodeData) {
    // Names in brackets (`[has_eval_string]`) are Node's own, no command line can spell them.
    this.#values = new Map(Object.entries(data.options.values));
  }

  get(name: string): OptionValue | undefined {
    return this.#values.get(name);
  }

  set(name: string, value: OptionValue): void {
    this.#values.set(name, value);
  }

  /** lib asks for `--no-x` as well; Node derives that name from all but the first letter of `x`. */
  setBoolean(name: string, value: boolean): void {
    this.#values.set(name, value);
    this.#values.set(`--no${name.slice(1)}`, !value);
  }

  append(name: string, value: string): void {
    this.#values.set(name, [...this.list(name), value]);
  }

  /** SplitHostPort, src/node_options.cc: `host:port`, `[v6]:port`, `port` or `host`. */
  setHostPort(name: string, text: string, errors: string[]): void {
    const before = this.#values.get(name) as { host: string; port: number };
    // A bracketed IPv6 address; only there may a colon stand in the host.
    const bracketed = /^\[(.*)\](?::(.*))?$/.exec(text);
    const colon = text.lastIndexOf(':');
    let host = before.host;
    let portText: string | undefined;
    if (bracketed) [host, portText] = [bracketed[1]!, bracketed[2]];
    else if (colon !== -1) [host, portText] = [text.slice(0, colon) || before.host, text.slice(colon + 1)];
    else if (/^\d+$/.test(text)) portText = text;
    else host = text;
    const port = portText === undefined ? before.port : Number(portText);
    // 0 asks for a free port; below 1024 Node wants nobody to listen.
    if (!Number.isInteger(port) || (port !== 0 && port < 1024) || port > 65535)
      errors.push('must be 0 or in range 1024 to 65535.');
    else this.#values.set(name, { host, port });
  }

  boolean(name: string): boolean {
    return this.#values.get(name) === true;
  }

  text(name: string): string {
    return (this.#values.get(name) as string | undefined) ?? '';
  }

  number(name: string): number {
    return (this.#values.get(name) as number | undefined) ?? 0;
  }

  list(name: string): readonly string[] {
    return (this.#values.get(name) as readonly string[] | undefined) ?? [];
  }

  entries(): IterableIterator<[string, OptionValue]> {
    return this.#values.entries();
  }
}
