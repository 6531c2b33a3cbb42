import type { AppletContext } from '../applet.ts';
import { UsageError } from '../options.ts';
import { compileRegex } from '../regex.ts';
import { fromInput, splitBy, toNumber, toText, type Value } from './values.ts';

/** An awk array: every subscript is text. */
export type AwkArray = Map<string, Value>;

/** A parameter of a function; a bare name may turn out to be an array. */
export type Local = { value: Value | AwkArray };

/** Compiled regular expressions kept; a program that builds more than these starts over. */
const MAX_EXPRESSIONS = 1000;

/**
 * What a running program remembers: variables, arrays, the record and its fields.
 *
 * Splitting waits until somebody asks for a field or NF, since most programs look
 * at few: `#split` false means that the fields are those of an older record.
 */
export class AwkMemory {
  readonly context: AppletContext;
  protected readonly globals = new Map<string, Value>();
  protected readonly arrays = new Map<string, AwkArray>();
  readonly #expressions = new Map<string, RegExp>();
  protected locals: Map<string, Local> | undefined;
  protected record = '';
  #fields: Value[] = [];
  /** FS as it was when the record was read. */
  #separator: Value = ' ';
  /** False while the fields and NF wait for somebody to ask. */
  #split = true;

  constructor(context: AppletContext) {
    this.context = context;
    // XCU awk's variables and what they are before BEGIN.
    const defaults: Readonly<Record<string, Value>> = {
      FS: ' ',
      OFS: ' ',
      ORS: '\n',
      RS: '\n',
      NR: 0,
      FNR: 0,
      NF: 0,
      SUBSEP: '\x1c',
      OFMT: '%.6g',
      CONVFMT: '%.6g',
      RSTART: 0,
      RLENGTH: -1,
      FILENAME: '',
    };
    for (const [name, value] of Object.entries(defaults)) this.globals.set(name, value);
    this.arrays.set('ENVIRON', new Map(Object.entries(context.env).map(([name, value]) => [name, fromInput(value)])));
  }

  setRecord(text: string): void {
    this.record = text;
    // XCU awk: a change of FS is for the records that come after it.
    this.#separator = this.globals.get('FS');
    this.#split = false;
  }

  #splitRecord(): void {
    if (this.#split) return;
    this.#split = true;
    this.#fields = this.splitText(this.record, this.text(this.#separator));
    this.globals.set('NF', this.#fields.length);
  }

  /**
   * Splits by one blank (any run of them), one character,
   * or an expression; each part looks like a number or not.
   */
  splitText(text: string, separator: string): Value[] {
    if (text === '') return [];
    let parts: string[];
    if (separator === ' ') parts = text.split(/[ \t\n]+/).filter((part) => part !== '');
    // One character is itself, even `.` or `|`; a backslash begins an expression.
    else if (separator.length === 1 && separator !== '\\') parts = text.split(separator);
    else if (separator === '') parts = [...text];
    else parts = splitBy(text, this.regex(separator));
    // In paragraph mode a newline separates too.
    if (this.text(this.globals.get('RS')) === '' && separator !== ' ')
      parts = parts.flatMap((part) => part.split('\n'));
    return parts.map(fromInput);
  }

  getField(index: number): Value {
    if (index === 0) return fromInput(this.record);
    this.#splitRecord();
    return this.#fields[index - 1];
  }

  setField(index: number, value: Value): void {
    if (index === 0) {
      this.setRecord(this.text(value));
      return;
    }
    // A million: `$NF=…` of a wrong number must not fill the memory.
    if (index < 0 || index > 1_000_000) throw new UsageError(`trying to access out of range field ${index}`, 2, false);
    this.#splitRecord();
    while (this.#fields.length < index) this.#fields.push('');
    this.#fields[index - 1] = value;
    this.globals.set('NF', this.#fields.length);
    this.#join();
  }

  // Assigning to a field makes the record anew with OFS between all of them.
  #join(): void {
    const separator = this.text(this.globals.get('OFS'));
    this.record = this.#fields.map((field) => this.text(field)).join(separator);
  }

  get(name: string): Value {
    const local = this.locals?.get(name);
    // A parameter hides the variable; one that is an array has no value.
    if (local !== undefined) return local.value instanceof Map ? undefined : local.value;
    if (name === 'NF') this.#splitRecord();
    return this.globals.get(name);
  }

  set(name: string, value: Value): void {
    const local = this.locals?.get(name);
    if (local !== undefined) {
      local.value = value;
      return;
    }
    // Assigning to NF cuts fields or adds empty ones, and makes the record anew.
    if (name === 'NF') {
      this.#splitRecord();
      const count = Math.max(0, Math.trunc(toNumber(value)));
      this.#fields = this.#fields.slice(0, count);
      while (this.#fields.length < count) this.#fields.push('');
      this.globals.set('NF', count);
      this.#join();
      return;
    }
    this.globals.set(name, value);
  }

  /** The array of that name, made when it is not there: in awk using one declares it. */
  array(name: string): AwkArray {
    const local = this.locals?.get(name);
    if (local !== undefined) {
      if (!(local.value instanceof Map)) local.value = new Map();
      return local.value;
    }
    let found = this.arrays.get(name);
    if (found === undefined) {
      found = new Map();
      this.arrays.set(name, found);
    }
    return found;
  }

  /** A value as text; whole numbers are never written with a format. */
  text(value: Value, format: 'OFMT' | 'CONVFMT' = 'CONVFMT'): string {
    return typeof value === 'string'
      ? value
      : toText(value, typeof value === 'number' ? toText(this.globals.get(format)) : undefined);
  }

  regex(source: string): RegExp {
    let expression = this.#expressions.get(source);
    if (expression === undefined) {
      if (this.#expressions.size > MAX_EXPRESSIONS) this.#expressions.clear();
      expression = compileRegex(source, 'extended', 'gs');
      this.#expressions.set(source, expression);
    }
    // Expressions are shared and have `g`, which remembers where it stopped.
    expression.lastIndex = 0;
    return expression;
  }

  /** Without making one: for arguments, where a name nobody knows may become either. */
  protected arrayIfAny(name: string): AwkArray | undefined {
    const local = this.locals?.get(name);
    if (local !== undefined) return local.value instanceof Map ? local.value : undefined;
    return this.arrays.get(name);
  }

  protected adoptArray(name: string, array: AwkArray): void {
    const local = this.locals?.get(name);
    if (local !== undefined) local.value = array;
    else this.arrays.set(name, array);
  }
}
