import { formatPrintf } from '../printf-format.ts';
import type { AppletContext } from '../applet.ts';
import { compileRegex } from '../regex.ts';
import { UsageError } from '../options.ts';
import { callBuiltin } from './builtins.ts';
import { nextRecord, type RecordSource, Streams } from './streams.ts';
import type { AwkFunction, Expression, OutputTarget, Program, Statement, Target } from './tree.ts';
import { calculate, compare, fromInput, splitBy, toBoolean, toNumber, toText, type Value } from './values.ts';

export type AwkArray = Map<string, Value>;

class LoopLeave {
  readonly kind: 'break' | 'continue';
  constructor(kind: 'break' | 'continue') {
    this.kind = kind;
  }
}
class NextRecord {}
class FunctionReturn {
  readonly value: Value;
  constructor(value: Value) {
    this.value = value;
  }
}
export class ProgramExit {}

const MAX_CALLS = 400;
const MAX_EXPRESSIONS = 1000;

type Local = { value: Value | AwkArray };

/** Runs a program over records. */
export class Machine {
  readonly streams: Streams;
  readonly context: AppletContext;
  readonly #program: Program;
  readonly #globals = new Map<string, Value>();
  readonly #arrays = new Map<string, AwkArray>();
  readonly #expressions = new Map<string, RegExp>();
  readonly #inRange = new Set<object>();
  #locals: Map<string, Local> | undefined;
  #calls = 0;
  #record = '';
  #fields: Value[] = [];
  #split = true;
  status = 0;
  seed = 0;
  /** The next record of the main input, for `getline`. */
  readonly #nextMain: () => string | undefined;

  constructor(context: AppletContext, program: Program, nextMain: () => string | undefined) {
    this.context = context;
    this.#program = program;
    this.#nextMain = nextMain;
    this.streams = new Streams(context);
    const defaults: Readonly<Record<string, Value>> = { FS: ' ', OFS: ' ', ORS: '\n', RS: '\n', NR: 0, FNR: 0, NF: 0, SUBSEP: '\x1c', OFMT: '%.6g', CONVFMT: '%.6g', RSTART: 0, RLENGTH: -1, FILENAME: '' };
    for (const [name, value] of Object.entries(defaults)) this.#globals.set(name, value);
    this.#arrays.set('ENVIRON', new Map(Object.entries(context.env).map(([name, value]) => [name, fromInput(value)])));
  }

  // ── Rules ─────────────────────────────────────────────────────────────────

  runRules(kind: 'begin' | 'end'): void {
    for (const rule of this.#program.rules) if (rule.pattern.kind === kind && rule.action !== undefined) this.#catchNext(() => this.#run(rule.action));
  }

  get readsInput(): boolean {
    return this.#program.rules.some((rule) => rule.pattern.kind !== 'begin');
  }

  runRecord(record: string): void {
    this.setRecord(record);
    this.set('NR', toNumber(this.get('NR')) + 1);
    this.set('FNR', toNumber(this.get('FNR')) + 1);
    this.#catchNext(() => {
      for (const rule of this.#program.rules) {
        if (!this.#selected(rule)) continue;
        if (rule.action === undefined) this.context.out.write(this.#record + this.text(this.get('ORS')));
        else this.#run(rule.action);
      }
    });
  }

  #catchNext(run: () => void): void {
    try {
      run();
    } catch (error) {
      if (!(error instanceof NextRecord)) throw error;
    }
  }

  #selected(rule: Program['rules'][number]): boolean {
    const { pattern } = rule;
    switch (pattern.kind) {
      case 'always':
        return true;
      case 'expression':
        return toBoolean(this.evaluate(pattern.expression));
      case 'range':
        if (!this.#inRange.has(rule)) {
          if (!toBoolean(this.evaluate(pattern.from))) return false;
          this.#inRange.add(rule);
        }
        if (toBoolean(this.evaluate(pattern.to))) this.#inRange.delete(rule);
        return true;
      default:
        return false;
    }
  }

  // ── Records and fields ────────────────────────────────────────────────────

  setRecord(text: string): void {
    this.#record = text;
    this.#split = false;
  }

  #splitRecord(): void {
    if (this.#split) return;
    this.#split = true;
    this.#fields = this.splitText(this.#record, this.text(this.#globals.get('FS')));
    this.#globals.set('NF', this.#fields.length);
  }

  splitText(text: string, separator: string): Value[] {
    if (text === '') return [];
    let parts: string[];
    if (separator === ' ') parts = text.split(/[ \t\n]+/).filter((part) => part !== '');
    else if (separator.length === 1 && separator !== '\\') parts = text.split(separator);
    else if (separator === '') parts = [...text];
    else parts = splitBy(text, this.regex(separator));
    // In paragraph mode a newline separates too.
    if (this.text(this.#globals.get('RS')) === '' && separator !== ' ') parts = parts.flatMap((part) => part.split('\n'));
    return parts.map(fromInput);
  }

  getField(index: number): Value {
    if (index === 0) return fromInput(this.#record);
    this.#splitRecord();
    return this.#fields[index - 1];
  }

  setField(index: number, value: Value): void {
    if (index === 0) {
      this.setRecord(this.text(value));
      return;
    }
    if (index < 0 || index > 1_000_000) throw new UsageError(`trying to access out of range field ${index}`, 2, false);
    this.#splitRecord();
    while (this.#fields.length < index) this.#fields.push('');
    this.#fields[index - 1] = value;
    this.#globals.set('NF', this.#fields.length);
    this.#join();
  }

  #join(): void {
    const separator = this.text(this.#globals.get('OFS'));
    this.#record = this.#fields.map((field) => this.text(field)).join(separator);
  }

  // ── Variables ─────────────────────────────────────────────────────────────

  get(name: string): Value {
    const local = this.#locals?.get(name);
    if (local !== undefined) return local.value instanceof Map ? undefined : local.value;
    if (name === 'NF') this.#splitRecord();
    return this.#globals.get(name);
  }

  set(name: string, value: Value): void {
    const local = this.#locals?.get(name);
    if (local !== undefined) {
      local.value = value;
      return;
    }
    if (name === 'NF') {
      this.#splitRecord();
      const count = Math.max(0, Math.trunc(toNumber(value)));
      this.#fields = this.#fields.slice(0, count);
      while (this.#fields.length < count) this.#fields.push('');
      this.#globals.set('NF', count);
      this.#join();
      return;
    }
    this.#globals.set(name, value);
  }

  array(name: string): AwkArray {
    const local = this.#locals?.get(name);
    if (local !== undefined) {
      if (!(local.value instanceof Map)) local.value = new Map();
      return local.value;
    }
    let found = this.#arrays.get(name);
    if (found === undefined) {
      found = new Map();
      this.#arrays.set(name, found);
    }
    return found;
  }

  key(subscripts: readonly Expression[]): string {
    return subscripts.map((subscript) => this.text(this.evaluate(subscript), 'CONVFMT')).join(this.text(this.#globals.get('SUBSEP')));
  }

  text(value: Value, format: 'OFMT' | 'CONVFMT' = 'CONVFMT'): string {
    return typeof value === 'string' ? value : toText(value, typeof value === 'number' ? toText(this.#globals.get(format)) : undefined);
  }

  regex(source: string): RegExp {
    let expression = this.#expressions.get(source);
    if (expression === undefined) {
      if (this.#expressions.size > MAX_EXPRESSIONS) this.#expressions.clear();
      expression = compileRegex(source, 'extended', 'gs');
      this.#expressions.set(source, expression);
    }
    expression.lastIndex = 0;
    return expression;
  }

  /** An operand of `~`, split and their like: an expression, or any value's text. */
  pattern(expression: Expression): RegExp {
    return this.regex(expression.kind === 'regex' ? expression.source : this.text(this.evaluate(expression)));
  }

  assign(target: Target, value: Value): void {
    switch (target.kind) {
      case 'variable':
        this.set(target.name, value);
        return;
      case 'element':
        this.array(target.name).set(this.key(target.subscripts), value);
        return;
      case 'field':
        this.setField(Math.trunc(toNumber(this.evaluate(target.index))), value);
    }
  }

  // ── Expressions ───────────────────────────────────────────────────────────

  evaluate(expression: Expression): Value {
    switch (expression.kind) {
      case 'number':
      case 'string':
        return expression.value;
      case 'regex':
        return this.regex(expression.source).test(this.#record) ? 1 : 0;
      case 'group':
        return this.evaluate(expression.inner);
      case 'variable':
        return this.get(expression.name);
      case 'field':
        return this.getField(Math.trunc(toNumber(this.evaluate(expression.index))));
      case 'element': {
        const array = this.array(expression.name);
        const key = this.key(expression.subscripts);
        // Looking makes the element.
        if (!array.has(key)) array.set(key, undefined);
        return array.get(key);
      }
      case 'assign': {
        const value = this.evaluate(expression.value);
        const result = expression.operator === '=' ? value : calculate(expression.operator.slice(0, -1), toNumber(this.evaluate(expression.target)), toNumber(value));
        this.assign(expression.target, result);
        return result;
      }
      case 'step': {
        const before = toNumber(this.evaluate(expression.target));
        const after = expression.operator === '++' ? before + 1 : before - 1;
        this.assign(expression.target, after);
        return expression.prefix ? after : before;
      }
      case 'unary': {
        const value = this.evaluate(expression.operand);
        if (expression.operator === '!') return toBoolean(value) ? 0 : 1;
        return expression.operator === '-' ? -toNumber(value) : toNumber(value);
      }
      case 'concat':
        return this.text(this.evaluate(expression.left)) + this.text(this.evaluate(expression.right));
      case 'match':
        return this.pattern(expression.right).test(this.text(this.evaluate(expression.left))) !== expression.negated ? 1 : 0;
      case 'in':
        return this.array(expression.name).has(this.key(expression.subscripts)) ? 1 : 0;
      case 'conditional':
        return this.evaluate(toBoolean(this.evaluate(expression.condition)) ? expression.then : expression.otherwise);
      case 'binary':
        return this.#binary(expression);
      case 'call':
        return this.#call(expression.name, expression.args);
      case 'getline':
        return this.#getline(expression);
    }
  }

  #binary({ operator, left, right }: Extract<Expression, { kind: 'binary' }>): Value {
    if (operator === '&&') return toBoolean(this.evaluate(left)) && toBoolean(this.evaluate(right)) ? 1 : 0;
    if (operator === '||') return toBoolean(this.evaluate(left)) || toBoolean(this.evaluate(right)) ? 1 : 0;
    const a = this.evaluate(left);
    const b = this.evaluate(right);
    switch (operator) {
      case '<': return compare(a, b) < 0 ? 1 : 0;
      case '<=': return compare(a, b) <= 0 ? 1 : 0;
      case '==': return compare(a, b) === 0 ? 1 : 0;
      case '!=': return compare(a, b) !== 0 ? 1 : 0;
      case '>': return compare(a, b) > 0 ? 1 : 0;
      case '>=': return compare(a, b) >= 0 ? 1 : 0;
      default: return calculate(operator, toNumber(a), toNumber(b));
    }
  }

  #call(name: string, args: readonly Expression[]): Value {
    const own = this.#program.functions.get(name);
    if (own !== undefined) return this.#callOwn(name, own, args);
    if (name === '') throw new UsageError('a list in parentheses is no value', 2, false);
    return callBuiltin(this, name, args);
  }

  #callOwn(name: string, own: AwkFunction, args: readonly Expression[]): Value {
    if (++this.#calls > MAX_CALLS) throw new UsageError(`function ${name} calls itself too deeply`, 2, false);
    const locals = new Map<string, Local>();
    // A bare name may turn out to be an array: then caller and callee share it.
    const shared: { caller: string; local: Local }[] = [];
    own.parameters.forEach((parameter, index) => {
      const argument = args[index];
      const local: Local = { value: undefined };
      if (argument?.kind === 'variable') {
        const array = this.#arrayIfAny(argument.name);
        local.value = array ?? this.get(argument.name);
        if (local.value === undefined) shared.push({ caller: argument.name, local });
      } else if (argument !== undefined) local.value = this.evaluate(argument);
      locals.set(parameter, local);
    });
    const before = this.#locals;
    this.#locals = locals;
    try {
      this.#run(own.body);
      return undefined;
    } catch (error) {
      if (error instanceof FunctionReturn) return error.value;
      throw error;
    } finally {
      this.#locals = before;
      this.#calls--;
      for (const { caller, local } of shared) if (local.value instanceof Map) this.#adoptArray(caller, local.value);
    }
  }

  #arrayIfAny(name: string): AwkArray | undefined {
    const local = this.#locals?.get(name);
    if (local !== undefined) return local.value instanceof Map ? local.value : undefined;
    return this.#arrays.get(name);
  }

  #adoptArray(name: string, array: AwkArray): void {
    const local = this.#locals?.get(name);
    if (local !== undefined) local.value = array;
    else this.#arrays.set(name, array);
  }

  #getline({ target, file, command }: Extract<Expression, { kind: 'getline' }>): Value {
    if (file === undefined && command === undefined) {
      const record = this.#nextMain();
      if (record === undefined) return 0;
      this.set('NR', toNumber(this.get('NR')) + 1);
      this.set('FNR', toNumber(this.get('FNR')) + 1);
      if (target === undefined) this.setRecord(record);
      else this.assign(target, fromInput(record));
      return 1;
    }
    const source = file === undefined ? this.streams.reader('command', this.text(this.evaluate(command ?? { kind: 'string', value: '' }))) : this.streams.reader('file', this.text(this.evaluate(file)));
    if (source === undefined) return -1;
    const record = this.readRecord(source);
    if (record === undefined) return 0;
    if (command !== undefined) this.set('NR', toNumber(this.get('NR')) + 1);
    if (target === undefined) this.setRecord(record);
    else this.assign(target, fromInput(record));
    return 1;
  }

  readRecord(source: RecordSource): string | undefined {
    return nextRecord(source, this.text(this.#globals.get('RS')), (text) => this.regex(text));
  }

  // ── Statements ────────────────────────────────────────────────────────────

  #run(statement: Statement | undefined): void {
    switch (statement?.kind) {
      case undefined:
        return;
      case 'block':
        for (const inner of statement.body) this.#run(inner);
        return;
      case 'expression':
        this.evaluate(statement.expression);
        return;
      case 'print': {
        const parts = statement.args.length === 0 ? [this.#record] : statement.args.map((arg) => this.text(this.evaluate(arg), 'OFMT'));
        this.#output(parts.join(this.text(this.get('OFS'))) + this.text(this.get('ORS')), statement.output);
        return;
      }
      case 'printf': {
        const [format = '', ...rest] = statement.args.map((arg) => this.evaluate(arg));
        this.#output(this.format(this.text(format), rest), statement.output);
        return;
      }
      case 'if':
        this.#run(toBoolean(this.evaluate(statement.condition)) ? statement.then : statement.otherwise);
        return;
      case 'while':
        while (toBoolean(this.evaluate(statement.condition))) if (this.#iterate(statement.body)) return;
        return;
      case 'do':
        do if (this.#iterate(statement.body)) return;
        while (toBoolean(this.evaluate(statement.condition)));
        return;
      case 'for':
        for (this.#run(statement.start); statement.condition === undefined || toBoolean(this.evaluate(statement.condition)); this.#run(statement.step)) if (this.#iterate(statement.body)) return;
        return;
      case 'for-in':
        for (const key of [...this.array(statement.array).keys()]) {
          this.set(statement.variable, fromInput(key));
          if (this.#iterate(statement.body)) return;
        }
        return;
      case 'break':
      case 'continue':
        throw new LoopLeave(statement.kind);
      case 'next':
        throw new NextRecord();
      case 'exit':
        if (statement.value !== undefined) this.status = toNumber(this.evaluate(statement.value)) & 255;
        throw new ProgramExit();
      case 'return':
        throw new FunctionReturn(statement.value === undefined ? undefined : this.evaluate(statement.value));
      case 'delete':
        if (statement.subscripts === undefined) this.array(statement.name).clear();
        else this.array(statement.name).delete(this.key(statement.subscripts));
    }
  }

  /** True when the loop shall end. */
  #iterate(body: Statement): boolean {
    try {
      this.#run(body);
      return false;
    } catch (error) {
      if (!(error instanceof LoopLeave)) throw error;
      return error.kind === 'break';
    }
  }

  /** printf's conversions; numbers are handed over in full, not as text shows them. */
  format(format: string, values: readonly Value[]): string {
    let index = 0;
    return format.replace(/%(?:%|[-+ 0#]*(\*|\d+)?(?:\.(\*|\d*))?([a-zA-Z]))/g, (conversion: string, width: string | undefined, precision: string | undefined, letter: string | undefined) => {
      if (letter === undefined) return '%';
      const args: string[] = [];
      for (const star of [width, precision]) if (star === '*') args.push(String(Math.trunc(toNumber(values[index++]))));
      const value = values[index++];
      if ('diuoxX'.includes(letter)) args.push(String(BigInt(Math.trunc(Number.isFinite(toNumber(value)) ? toNumber(value) : 0))));
      else if ('eEfFgG'.includes(letter)) args.push(String(toNumber(value)));
      else if (letter === 'c' && (typeof value === 'number')) args.push(String.fromCodePoint(Math.max(0, Math.trunc(value)) % 0x110000));
      else args.push(this.text(value));
      // The text itself was read by the program's own lexer: nothing is left to unescape.
      return formatPrintf(conversion, args, () => undefined).text;
    });
  }

  #output(text: string, output: OutputTarget | undefined): void {
    if (output === undefined) {
      this.context.out.write(text);
      return;
    }
    const name = this.text(this.evaluate(output.to));
    if (!this.streams.write(output.operator, name, text)) throw new UsageError(`cannot open "${name}" for output`, 2, false);
  }
}
