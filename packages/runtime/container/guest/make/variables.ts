import { Failure } from '../program/run-program.ts';
import { callFunction, isFunction } from './functions.ts';
import { closingAt, stemOf, stemPattern, withStem, wordsOf } from './text.ts';

/** Where a variable has its value from; a later one wins (GNU make, "Origin"). */
export type Origin = 'default' | 'environment' | 'file' | 'command line' | 'override' | 'automatic';

/** A variable: expanded when it was set, or each time it is used. */
export interface Variable {
  readonly value: string;
  readonly isSimple: boolean;
  readonly origin: Origin;
  /** Where it was set, for messages. */
  readonly place?: string;
}

/** Variables of one target, over those of who wanted it, over the makefile's. */
export interface Scope {
  readonly own: Map<string, Variable>;
  readonly parent: Scope | undefined;
}

/** Variables inside each other; a variable that names itself is found before. */
const MAX_DEPTH = 200;
/** Characters; a variable that grows by itself ends here and not the memory. */
const MAX_LENGTH = 16 * 1024 * 1024;

/** The variables of a run, and how texts are expanded with them. */
export class Variables {
  readonly global: Scope = { own: new Map(), parent: undefined };
  /** What the functions `eval`, `shell`, `wildcard` and messages do outside of texts. */
  readonly outside: Outside;
  /** File and line that are being read, for messages. */
  place = '';
  #depth = 0;

  constructor(outside: Outside) {
    this.outside = outside;
  }

  /** Of the target, of who wanted it and so on up, then of the makefile. */
  find(name: string, scope: Scope = this.global): Variable | undefined {
    for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
      const found = at.own.get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** By one of make's operators. What the command line says is stronger than the file. */
  assign(name: string, operator: string, text: string, origin: Origin, scope: Scope = this.global): void {
    const before = this.find(name, scope);
    if (origin === 'file' && (before?.origin === 'command line' || before?.origin === 'override')) return;
    if (operator === '?=' && before !== undefined) return;
    const simple = operator === ':=' || operator === '::=' || operator === ':::=';
    let value = simple ? this.expand(text, scope) : text;
    let isSimple = simple;
    if (operator === '!=') value = this.outside.shell(this.expand(text, scope));
    else if (operator === '+=' && before !== undefined) {
      isSimple = before.isSimple;
      const more = isSimple ? this.expand(text, scope) : text;
      value = before.value === '' ? more : `${before.value} ${more}`;
    }
    if (value.length > MAX_LENGTH) throw new Failure(`*** variable '${name}' is too large.  Stop.`, 2);
    scope.own.set(name, { value, isSimple, origin, place: this.place });
  }

  valueOf(name: string, scope: Scope = this.global): string {
    const found = this.find(name, scope);
    if (found === undefined) return '';
    if (found.isSimple || !found.value.includes('$')) return found.value;
    if (this.#depth > MAX_DEPTH)
      throw new Failure(
        `${found.place ?? ''}: *** Recursive variable '${name}' references itself (eventually).  Stop.`,
        2,
      );
    return this.expand(found.value, scope);
  }

  /** `expand`, whose errors say where they are. */
  expandAt(text: string, scope: Scope, place: string): string {
    this.place = place;
    try {
      return this.expand(text, scope);
    } catch (error) {
      if (!(error instanceof Failure) || !error.message.startsWith('***')) throw error;
      throw new Failure(`${place}: ${error.message}`, error.status, { cause: error });
    }
  }

  /** Every `$` of a text. */
  expand(text: string, scope: Scope = this.global): string {
    if (!text.includes('$')) return text;
    this.#depth++;
    let result = '';
    try {
      for (let at = 0; at < text.length; at++) {
        if (text[at] !== '$') {
          const next = text.indexOf('$', at);
          result += text.slice(at, next === -1 ? text.length : next);
          at = (next === -1 ? text.length : next) - 1;
          continue;
        }
        const next = text[++at];
        if (next === undefined) break;
        if (next === '$') result += '$';
        else if (next === '(' || next === '{') {
          const end = closingAt(text, at);
          if (end === text.length) throw new Failure('*** unterminated variable reference.  Stop.', 2);
          result += this.#reference(text.slice(at + 1, end), scope);
          at = end;
        } else result += this.valueOf(next, scope);
        if (result.length > MAX_LENGTH) throw new Failure('*** an expansion is too large.  Stop.', 2);
      }
    } finally {
      this.#depth--;
    }
    return result;
  }

  /**
   * What stands between the brackets: a function's call, a substitution, or a name, which may be made of
   * others (`$($(X)_FLAGS)`).
   */
  #reference(inside: string, scope: Scope): string {
    const [, name = '', rest = ''] = /^([a-z-]+)[ \t]+(.*)$/s.exec(inside) ?? [];
    if (isFunction(name)) return callFunction(name, rest, this, scope);
    const [, before, from, to = ''] = /^([^:$]+):([^=]*)=(.*)$/s.exec(inside) ?? [];
    if (before !== undefined && from !== undefined)
      return this.#substitute(this.valueOf(before, scope), this.expand(from, scope), this.expand(to, scope));
    return this.valueOf(this.expand(inside, scope), scope);
  }

  /** `$(VAR:.c=.o)`, `$(VAR:%.c=%.o)`. */
  #substitute(value: string, from: string, to: string): string {
    const pattern = from.includes('%') ? from : `%${from}`;
    const target = from.includes('%') ? to : `%${to}`;
    return wordsOf(value)
      .map((word) => {
        const stem = stemOf(stemPattern(pattern), word);
        return stem === undefined ? word : withStem(target, stem);
      })
      .join(' ');
  }
}

/** What expansion may do beyond its text: $(shell), $(wildcard), $(eval), $(info). */
export interface Outside {
  shell(command: string): string;
  wildcard(pattern: string): string[];
  evaluate(text: string): void;
  say(kind: 'info' | 'warning' | 'error', text: string): void;
}
