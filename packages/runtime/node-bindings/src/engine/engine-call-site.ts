/** A frame as V8 gives it to `Error.prepareStackTrace`. */
export interface EngineCallSite {
  getThis(): unknown;
  getTypeName(): string | null;
  getFunction(): unknown;
  getFunctionName(): string | null;
  getMethodName(): string | null;
  getFileName(): string | null | undefined;
  getLineNumber(): number | null;
  getColumnNumber(): number | null;
  getEvalOrigin(): string | undefined;
  getScriptNameOrSourceURL(): string | null;
  getScriptHash(): string;
  getEnclosingLineNumber(): number | null;
  getEnclosingColumnNumber(): number | null;
  getPosition(): number;
  getPromiseIndex(): number | null;
  isToplevel(): boolean;
  isEval(): boolean;
  isNative(): boolean;
  isConstructor(): boolean;
  isAsync(): boolean;
  isPromiseAll(): boolean;
}

/** Frames of the runtime's own bundle, which no program should see. */
export function isOwnFrame(site: EngineCallSite): boolean {
  const name = site.getScriptNameOrSourceURL();
  return typeof name === 'string' && isOwnUrl(name);
}

/** Scripts of this runtime come from a URL; code of program and lib has a path, a file's URL or a `node:` name. */
export function isOwnUrl(name: string): boolean {
  return /^(?:https?|blob):/.test(name);
}
