/**
 * A call site as V8 would give it to Node: with a file name, not eval, at the
 * place where the program's author wrote it. Reference: src/builtins/builtins-callsite.cc
 * and SerializeJSStackFrame, src/objects/call-site-info.cc.
 */
import type { EngineCallSite } from '../../engine/engine-call-site.ts';
import type { SourcePosition } from '../../realm/language-hooks.ts';
import type { Realm } from '../../realm/realm.ts';
import { languageOf } from '../language/language-of.ts';

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/**
 * A frame with the places of the program's own files. Members of V8's CallSite
 * that are not touched go straight through.
 */
export class NodeCallSite {
  readonly #site: EngineCallSite;
  readonly #realm: Realm;
  /** Where an eval frame was evaluated, as far as the trace tells. */
  readonly #origin: string | undefined;
  #position: SourcePosition | undefined;

  /** `below` is the next frame of the program: for a frame of eval code itself it is the place of the eval. */
  constructor(site: EngineCallSite, realm: Realm, below?: NodeCallSite) {
    this.#site = site;
    this.#realm = realm;
    // Only eval code itself is called `eval`; functions made by it carry the engine's own origin.
    if (below !== undefined && site.isEval() && !this.#isFile && site.getFunctionName() === 'eval') {
      this.#origin = `eval at ${below.getFunctionName() ?? '<anonymous>'} (${below.#location()})`;
    }
  }

  /** Compiled as a file here, though for the engine it is eval code. */
  get #isFile(): boolean {
    const name = this.#site.getScriptNameOrSourceURL();
    return typeof name === 'string' && (languageOf(this.#realm).scripts.has(name) || name.startsWith('node:'));
  }

  get #original(): SourcePosition {
    // Found once: a frame is asked for line, column and file one by one.
    return (this.#position ??= this.#findOriginal());
  }

  #findOriginal(): SourcePosition {
    const generated = {
      file: this.#site.getScriptNameOrSourceURL() ?? '',
      line: this.#site.getLineNumber() ?? 0,
      column: this.#site.getColumnNumber() ?? 0,
    };
    return this.#realm.stack.originalPosition?.(generated) ?? generated;
  }

  getThis(): unknown {
    return this.#site.getThis();
  }

  getTypeName(): string | null {
    return this.#site.getTypeName();
  }

  getFunction(): unknown {
    return this.#site.getFunction();
  }

  /** The engine calls every nameless function of eval code `eval`. */
  getFunctionName(): string | null {
    const name = this.#site.getFunctionName();
    if (!this.#isFile || name === null) return name;
    // V8 of Node 24 infers no name from `Module._extensions['.js']` or from a `__proto__` entry.
    return name === 'eval' || name.includes('..') || name.endsWith('.__proto__') ? null : name;
  }

  getMethodName(): string | null {
    return this.#site.getMethodName();
  }

  getFileName(): string | null | undefined {
    return this.#isFile ? this.#original.file : this.#site.getFileName();
  }

  getLineNumber(): number | null {
    return this.#isFile ? this.#original.line : this.#site.getLineNumber();
  }

  getColumnNumber(): number | null {
    return this.#isFile ? this.#original.column : this.#site.getColumnNumber();
  }

  getEvalOrigin(): string | undefined {
    return this.#isFile ? undefined : (this.#origin ?? this.#site.getEvalOrigin());
  }

  getScriptNameOrSourceURL(): string | null {
    return this.#isFile ? this.#original.file : this.#site.getScriptNameOrSourceURL();
  }

  getScriptHash(): string {
    return this.#site.getScriptHash();
  }

  getEnclosingLineNumber(): number | null {
    return this.#site.getEnclosingLineNumber();
  }

  getEnclosingColumnNumber(): number | null {
    return this.#site.getEnclosingColumnNumber();
  }

  getPosition(): number {
    return this.#site.getPosition();
  }

  getPromiseIndex(): number | null {
    return this.#site.getPromiseIndex();
  }

  isToplevel(): boolean {
    return this.#site.isToplevel();
  }

  isEval(): boolean {
    return this.#isFile ? false : this.#site.isEval();
  }

  isNative(): boolean {
    return this.#site.isNative();
  }

  isConstructor(): boolean {
    return this.#site.isConstructor();
  }

  isAsync(): boolean {
    return this.#site.isAsync();
  }

  isPromiseAll(): boolean {
    return this.#site.isPromiseAll();
  }

  /** SerializeJSStackFrame: the text behind `at` in a stack. */
  toString(): string {
    if (!this.#isFile) {
      const text = this.#site.toString();
      const origin = this.#site.getEvalOrigin();
      return this.#origin === undefined || origin === undefined ? text : text.replace(origin, this.#origin);
    }
    const functionName = this.getFunctionName();
    const location = this.#location();
    if (this.isAsync()) {
      const name = functionName ?? '';
      return name === '' ? `async ${location}` : `async ${this.#methodCall(name)} (${location})`;
    }
    if (!this.isToplevel() && !this.isConstructor()) return `${this.#methodCall(functionName)} (${location})`;
    if (this.isConstructor()) return `new ${functionName ?? '<anonymous>'} (${location})`;
    return functionName === null || functionName === '' ? location : `${functionName} (${location})`;
  }

  #location(): string {
    const { file, line, column } = this.#original;
    return `${file}:${line}:${column}`;
  }

  /** AppendMethodCall: `Type.method`, with `[as name]` where a function is called under another name. */
  #methodCall(functionName: string | null): string {
    const typeName = this.getTypeName();
    const methodName = this.getMethodName();
    if (functionName === null || functionName === '')
      return `${typeName === null ? '' : `${typeName}.`}${methodName ?? '<anonymous>'}`;
    const prefix = typeName !== null && IDENTIFIER.test(functionName) ? `${typeName}.` : '';
    const endsWithMethod =
      methodName === null ||
      functionName === methodName ||
      functionName.endsWith(`.${methodName}`) ||
      functionName.endsWith(` ${methodName}`);
    return `${prefix}${functionName}${endsWithMethod ? '' : ` [as ${methodName}]`}`;
  }
}

// `site.constructor.name` shows in programs that print call sites.
Object.defineProperty(NodeCallSite, 'name', { value: 'CallSite', configurable: true });
