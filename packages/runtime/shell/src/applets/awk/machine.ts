import { formatPrintf } from '../printf-format.ts';
import type { AppletContext } from '../applet.ts';
import { UsageError } from '../options.ts';
import { AwkMemory, type Local } from './memory.ts';
import { callBuiltin } from './builtins.ts';
import { nextRecord, type RecordSource, Streams } from './streams.ts';
import type { AwkFunction, Expression, OutputTarget, Program, Statement, Target } from './tree.ts';
import { calculate, compare, fromInput, toBoolean, toNumber, type Value } from './values.ts';

// Leaving a straight path: thrown by statements, caught
// by the loop, the record or the call they are meant for.
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
/**
 * `exit`: the END rules still run, unless it came from
 * one of them (XCU awk); the caller sees to that.
 */
export class ProgramExit {}

/** Nested calls of functions, before the stack of the worker ends. */
const MAX_CALLS = 400;

/**
 * Runs a program over records. It walks the tree; values are
 * JavaScript's, with `undefined` for what nobody has set.
 */
export class Machine extends AwkMemory {
  readonly streams: Streams;
  readonly #program: Program;
  // Ranges that have begun and not ended, by their rule.
  readonly #inRange = new Set<object>();
  #calls = 0;
  /** The exit status; of `exit` its lowest byte. */
  status = 0;
  /** Of rand: the same in each run, until srand sets another. */
  seed = 0;
  /** The next record of the main input, for a plain `getline`; `undefined` at the end. */
  readonly #nextMain: () => string | undefined;

  constructor(context: AppletContext, program: Program, nextMain: () => string | undefined) {
    super(context);
    this.#program = program;
    this.#nextMain = nextMain;
    this.streams = new Streams(context);
  }

  // `next` in BEGIN is an error in POSIX; here it ends the rule.
  runRules(kind: 'begin' | 'end'): void {
    for (const rule of this.#program.rules)
      if (rule.pattern.kind === kind && rule.action !== undefined) this.#catchNext(() => this.#run(rule.action));
  }

  /** False for a program of BEGIN rules alone, which must not wait for input (XCU awk). */
  get readsInput(): boolean {
    return this.#program.rules.some((rule) => rule.pattern.kind !== 'begin');
  }

  runRecord(record: string): void {
    this.setRecord(record);
    this.set('NR', toNumber(this.get('NR')) + 1);
    this.set('FNR', toNumber(this.get('FNR')) + 1);
    // `next` leaves all rules, from however deep inside of an expression.
    this.#catchNext(() => {
      for (const rule of this.#program.rules) {
        if (!this.#selected(rule)) continue;
        if (rule.action === undefined) this.context.out.write(this.record + this.text(this.get('ORS')));
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
      // XCU awk: first and last line may be the same one, so
      // the end is asked for on the line of the beginning too.
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

  /** Subscripts as one text: `a[i, j]` is joined by SUBSEP, numbers are written with CONVFMT. */
  key(subscripts: readonly Expression[]): string {
    return subscripts
      .map((subscript) => this.text(this.evaluate(subscript), 'CONVFMT'))
      .join(this.text(this.globals.get('SUBSEP')));
  }

  /** An operand of `~`, split and their like: an expression, or any value's text. */
  pattern(expression: Expression): RegExp {
    return this.regex(expression.kind === 'regex' ? expression.source : this.text(this.evaluate(expression)));
  }

  /** Assigns to a variable, an element or a field; a field makes `$0` anew, `$0` the fields. */
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

  evaluate(expression: Expression): Value {
    switch (expression.kind) {
      case 'number':
      case 'string':
        return expression.value;
      // A bare expression is asked of the record.
      case 'regex':
        return this.regex(expression.source).test(this.record) ? 1 : 0;
      case 'group':
        return this.evaluate(expression.inner);
      case 'variable':
        return this.get(expression.name);
      case 'field':
        return this.getField(Math.trunc(toNumber(this.evaluate(expression.index))));
      case 'element': {
        const array = this.array(expression.name);
        const key = this.key(expression.subscripts);
        // XCU awk: looking makes the element, unlike `in`.
        if (!array.has(key)) array.set(key, undefined);
        return array.get(key);
      }
      case 'assign': {
        const value = this.evaluate(expression.value);
        const result =
          expression.operator === '='
            ? value
            : calculate(expression.operator.slice(0, -1), toNumber(this.evaluate(expression.target)), toNumber(value));
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
        // `~` and `!~` differ in what the answer is compared with.
        return this.pattern(expression.right).test(this.text(this.evaluate(expression.left))) !== expression.negated
          ? 1
          : 0;
      case 'in':
        return this.array(expression.name).has(this.key(expression.subscripts)) ? 1 : 0;
      case 'conditional':
        return this.evaluate(toBoolean(this.evaluate(expression.condition)) ? expression.then : expression.otherwise);
      case 'binary':
        // Both operands are evaluated there, but for `&&` and `||`.
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
      case '<':
        return compare(a, b) < 0 ? 1 : 0;
      case '<=':
        return compare(a, b) <= 0 ? 1 : 0;
      case '==':
        return compare(a, b) === 0 ? 1 : 0;
      case '!=':
        return compare(a, b) !== 0 ? 1 : 0;
      case '>':
        return compare(a, b) > 0 ? 1 : 0;
      case '>=':
        return compare(a, b) >= 0 ? 1 : 0;
      default:
        return calculate(operator, toNumber(a), toNumber(b));
    }
  }

  #call(name: string, args: readonly Expression[]): Value {
    const own = this.#program.functions.get(name);
    if (own !== undefined) return this.#callOwn(name, own, args);
    // `(1, 2)` is allowed before `in` and after print only.
    if (name === '') throw new UsageError('a list in parentheses is no value', 2, false);
    return callBuiltin(this, name, args);
  }

  #callOwn(name: string, own: AwkFunction, args: readonly Expression[]): Value {
    if (++this.#calls > MAX_CALLS) throw new UsageError(`function ${name} calls itself too deeply`, 2, false);
    const locals = new Map<string, Local>();
    // A bare name may turn out to be an array: then caller and callee share it.
    const shared: { caller: string; local: Local }[] = [];
    // Arguments that are missing are untouched; those too many are not evaluated.
    own.parameters.forEach((parameter, index) => {
      const argument = args[index];
      const local: Local = { value: undefined };
      if (argument?.kind === 'variable') {
        const array = this.arrayIfAny(argument.name);
        // An array by itself: changes are the caller's. A value is copied.
        local.value = array ?? this.get(argument.name);
        if (local.value === undefined) shared.push({ caller: argument.name, local });
      } else if (argument !== undefined) local.value = this.evaluate(argument);
      locals.set(parameter, local);
    });
    // Names that are no parameter are global, so one level is all there is.
    const before = this.locals;
    this.locals = locals;
    try {
      this.#run(own.body);
      return undefined;
    } catch (error) {
      if (error instanceof FunctionReturn) return error.value;
      throw error;
    } finally {
      this.locals = before;
      this.#calls--;
      // An array that the function has made out of a bare name is the caller's from now on.
      for (const { caller, local } of shared) if (local.value instanceof Map) this.adoptArray(caller, local.value);
    }
  }

  #getline({ target, file, command }: Extract<Expression, { kind: 'getline' }>): Value {
    // XCU awk's table: each form of getline sets another choice of $0, NF, NR and FNR.
    if (file === undefined && command === undefined) {
      const record = this.#nextMain();
      if (record === undefined) return 0;
      this.set('NR', toNumber(this.get('NR')) + 1);
      this.set('FNR', toNumber(this.get('FNR')) + 1);
      if (target === undefined) this.setRecord(record);
      else this.assign(target, fromInput(record));
      return 1;
    }
    const source =
      file === undefined
        ? this.streams.reader('command', this.text(this.evaluate(command ?? { kind: 'string', value: '' })))
        : this.streams.reader('file', this.text(this.evaluate(file)));
    // XCU awk: -1 is trouble, 0 the end.
    if (source === undefined) return -1;
    const record = this.readRecord(source);
    if (record === undefined) return 0;
    if (command !== undefined) this.set('NR', toNumber(this.get('NR')) + 1);
    if (target === undefined) this.setRecord(record);
    else this.assign(target, fromInput(record));
    return 1;
  }

  readRecord(source: RecordSource): string | undefined {
    return nextRecord(source, this.text(this.globals.get('RS')), (text) => this.regex(text));
  }

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
        // print writes numbers with OFMT, everything else with CONVFMT.
        const parts =
          statement.args.length === 0
            ? [this.record]
            : statement.args.map((arg) => this.text(this.evaluate(arg), 'OFMT'));
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
        for (
          this.#run(statement.start);
          statement.condition === undefined || toBoolean(this.evaluate(statement.condition));
          this.#run(statement.step)
        )
          if (this.#iterate(statement.body)) return;
        return;
      case 'for-in':
        // A copy of the keys: the body may delete.
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
        // Without a value it stays what an `exit` before END has set.
        if (statement.value !== undefined) this.status = toNumber(this.evaluate(statement.value)) & 255;
        throw new ProgramExit();
      case 'return':
        throw new FunctionReturn(statement.value === undefined ? undefined : this.evaluate(statement.value));
      case 'delete':
        if (statement.subscripts === undefined) this.array(statement.name).clear();
        else this.array(statement.name).delete(this.key(statement.subscripts));
    }
  }

  /** True after `break`. `next`, `exit` and `return` are thrown through it, to whoever ends more than the loop. */
  #iterate(body: Statement): boolean {
    try {
      this.#run(body);
      return false;
    } catch (error) {
      if (!(error instanceof LoopLeave)) throw error;
      return error.kind === 'break';
    }
  }

  /**
   * printf's conversions; numbers are handed over in full, not as text shows them.
   * One conversion at a time, since their arguments may have to become numbers.
   */
  format(format: string, values: readonly Value[]): string {
    let index = 0;
    return format.replace(
      /%(?:%|[-+ 0#]*(\*|\d+)?(?:\.(\*|\d*))?([a-zA-Z]))/g,
      (conversion: string, width: string | undefined, precision: string | undefined, letter: string | undefined) => {
        if (letter === undefined) return '%';
        const args: string[] = [];
        for (const star of [width, precision])
          if (star === '*') args.push(String(Math.trunc(toNumber(values[index++]))));
        const value = values[index++];
        if ('diuoxX'.includes(letter))
          // Through BigInt: 1e18 must not come as `1e+18`. What is no number is 0.
          args.push(String(BigInt(Math.trunc(Number.isFinite(toNumber(value)) ? toNumber(value) : 0))));
        else if ('eEfFgG'.includes(letter)) args.push(String(toNumber(value)));
        else if (letter === 'c' && typeof value === 'number')
          // `%c` of a number is the character of that code, of a text its first one.
          args.push(String.fromCodePoint(Math.max(0, Math.trunc(value)) % 0x110000));
        else args.push(this.text(value));
        // The text itself was read by the program's own lexer: nothing is left to unescape.
        return formatPrintf(conversion, args, () => undefined).text;
      },
    );
  }

  #output(text: string, output: OutputTarget | undefined): void {
    if (output === undefined) {
      this.context.out.write(text);
      return;
    }
    const name = this.text(this.evaluate(output.to));
    if (!this.streams.write(output.operator, name, text))
      throw new UsageError(`cannot open "${name}" for output`, 2, false);
  }
}
