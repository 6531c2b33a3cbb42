import type { EngineCallSite } from './engine-call-site.ts';
import { functionNameOf, type TextFrame } from './stack-text.ts';

/** The function of lib that calls a CommonJS module, whose `this` is the module's exports. */
const COMMONJS_CALLER = 'Module.prototype._compile';
/** A function that was assigned to a computed member: `Module._extensions[".js"]`. */
const COMPUTED_MEMBER = /\["?([^"\]]*)"?\]$/;

/**
 * A call site made of a line of text. What the text does not tell (receivers, the functions themselves) is what V8
 * answers in strict mode: nothing.
 */
export class TextCallSite implements EngineCallSite {
  readonly #frame: TextFrame;
  readonly #isConstructor: boolean;
  readonly #typeName: string | null;
  readonly #functionName: string | null;
  readonly #methodName: string | null;
  readonly #evaluator: string;

  /** `caller` is the frame below it. */
  constructor(frame: TextFrame, caller: TextFrame | undefined, isConstructor: boolean) {
    this.#frame = frame;
    this.#evaluator = caller?.file.replace(/^file:\/\//, '') ?? '';
    this.#isConstructor = isConstructor;
    const member = COMPUTED_MEMBER.exec(frame.name)?.[1] ?? null;
    const isCommonJs = frame.name === '' && caller?.name === COMMONJS_CALLER;
    this.#functionName = member === null ? functionNameOf(frame.name) : null;
    this.#methodName = member;
    this.#typeName = isCommonJs || member !== null ? 'Object' : null;
  }

  get #isEval(): boolean {
    return this.#frame.evaluatedOnLine !== undefined;
  }

  getThis(): undefined {
    return undefined;
  }

  getTypeName(): string | null {
    return this.#typeName;
  }

  getFunction(): undefined {
    return undefined;
  }

  getFunctionName(): string | null {
    return this.#isEval && this.#frame.name === '' ? 'eval' : this.#functionName;
  }

  getMethodName(): string | null {
    return this.#methodName;
  }

  getFileName(): string | undefined {
    return this.#isEval ? undefined : this.#frame.file;
  }

  getLineNumber(): number {
    return this.#frame.line;
  }

  getColumnNumber(): number {
    return this.#frame.column;
  }

  getEvalOrigin(): string | undefined {
    const { evaluatedOnLine } = this.#frame;
    return evaluatedOnLine === undefined ? undefined : `eval at <anonymous> (${this.#evaluator}:${evaluatedOnLine})`;
  }

  getScriptNameOrSourceURL(): string | null {
    return this.#isEval ? null : this.#frame.file;
  }

  getScriptHash(): string {
    return '';
  }

  getEnclosingLineNumber(): number {
    return 0;
  }

  getEnclosingColumnNumber(): number {
    return 0;
  }

  getPosition(): number {
    return 0;
  }

  getPromiseIndex(): null {
    return null;
  }

  isToplevel(): boolean {
    return this.#typeName === null;
  }

  isEval(): boolean {
    return this.#isEval;
  }

  isNative(): boolean {
    return false;
  }

  isConstructor(): boolean {
    return this.#isConstructor;
  }

  isAsync(): boolean {
    return false;
  }

  isPromiseAll(): boolean {
    return false;
  }

  /** Eval code as V8 writes it; all else is written by whoever knows the program's own places. */
  toString(): string {
    const { file, line, column } = this.#frame;
    const origin = this.getEvalOrigin();
    const place = origin === undefined ? `${file}:${line}:${column}` : `${origin}, <anonymous>:${line}:${column}`;
    const name = this.getFunctionName();
    return name === null ? place : `${this.#isConstructor ? 'new ' : ''}${name} (${place})`;
  }
}

// `site.constructor.name` shows in programs that print call sites.
Object.defineProperty(TextCallSite, 'name', { value: 'CallSite', configurable: true });
