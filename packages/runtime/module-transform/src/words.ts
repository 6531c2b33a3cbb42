import { Bail } from './bail.ts';
import { Word, wordAt } from './characters.ts';
import { Code } from './codes.ts';
import { endOfName, hasNewline, isWord, skipBlanks, startsName } from './lookahead.ts';
import { awaitTexts } from './names.ts';
import { Bracket, Declares, Flag } from './nesting.ts';
import { Prev } from './scan-state.ts';
import type { ScanState } from './scan-state.ts';

/** Reads the word at `s.at`, whose first character is `code`. */
export function scanWord(s: ScanState, code: number): void {
  const source = s.source;
  const start = s.at;
  const end = endOfName(source, start + 1);
  const word = wordAt(source, start, end, code);
  if (s.prev === Prev.dot) {
    s.at = end;
    s.after(Prev.operand);
    return;
  }
  const kind = s.kind;
  // `in` and `instanceof` behind a field's value are operators, not the next field.
  const mayBeKey = kind === Bracket.object || (kind === Bracket.classBody && (s.keyNext || word !== Word.binary));
  if (mayBeKey && s.isAtKey()) {
    scanKey(s, start, end);
    return;
  }
  if (word === Word.plain) scanName(s, start, end);
  else scanKeyword(s, word, start, end);
}

/** A key, or a word before one: `get`, `set`, `static`, `async`, `accessor`. */
function scanKey(s: ScanState, start: number, end: number): void {
  const source = s.source;
  s.at = end;
  const length = end - start;
  // Lengths of get, set; async; static: any other word is a key at once.
  if (length === 3 || length === 5 || length === 6) {
    const next = skipBlanks(source, end);
    const code = source.charCodeAt(next);
    const standsAlone =
      code === Code.parenOpen ||
      code === Code.comma ||
      code === Code.colon ||
      code === Code.braceClose ||
      code === Code.equals ||
      code === Code.semicolon;
    if (!standsAlone) {
      const text = source.slice(start, end);
      if (text === 'static' && code === Code.braceOpen) {
        s.keyNext = false;
        // A static block: as a method's body, without parameters.
        s.nest.open(Bracket.functionBody, next, Flag.method);
        s.functions.enter(Flag.method, s.nest.top, false, 0);
        s.at = next + 1;
        s.after(Prev.statement, Code.braceOpen);
        return;
      }
      if (text === 'async' && !hasNewline(source, end, next)) {
        s.parenFlags |= Flag.async;
        return;
      }
      // A class field may be named `get` and end with its line.
      // `get *a` is a field `get`, then a generator; `static *a` is a static generator.
      const isModifier = text === 'get' || text === 'set' || text === 'static';
      if (isModifier && code === Code.asterisk && text !== 'static') {
        s.afterKey();
        return;
      }
      if (isModifier) return;
    }
  }
  s.afterKey();
}

function scanName(s: ScanState, start: number, end: number): void {
  s.beginOperand();
  const nest = s.nest;
  const declares = nest.declares[nest.top] as number;
  const isDeclared = s.declaring || (s.prevChar === Code.comma && declares > Declares.nothing);
  // `++x` and `--x`: the last two characters are the same sign.
  const isPrefixed = s.prevChar === Code.plus || s.prevChar === Code.minus;
  if (isPrefixed && s.source.charCodeAt(s.prevEnd - 2) === s.prevChar) s.assigned.note(start, end, s.runsLater());
  if (isDeclared && s.functions.depth === 0) s.declared.add(s.source.slice(start, end));
  if (isDeclared && declares > Declares.local)
    s.declarations.exportVariable(s.source.slice(start, end), declares === Declares.exportedConstant);
  s.at = end;
  s.after(Prev.operand);
  s.nameStart = start;
  s.nameDeclared = isDeclared;
}

/** Words that follow a name: before them `let` and `using` are names themselves. */
const AFTER_A_NAME = ['in', 'instanceof', 'of'] as const;

function scanKeyword(s: ScanState, word: number, start: number, end: number): void {
  const source = s.source;
  switch (word) {
    case Word.prefix:
      s.beginPrefix();
      s.at = end;
      s.after(Prev.keyword);
      return;
    case Word.binary:
      s.endAwaits();
      // In a `for` header `in` ends the target; elsewhere it is an operator.
      if (((s.nest.flags[s.nest.top] as number) & Flag.forHeader) !== 0 && s.prev <= Prev.arrowEnd) endForTarget(s);
      s.at = end;
      s.after(Prev.operator);
      return;
    case Word.of:
      scanOf(s, start, end);
      return;
    case Word.jump:
      // `r` of return: break and continue jump as well.
      if (s.isModule && s.functions.depth === 0 && source.charCodeAt(start) === Code.lowerR)
        throw new Bail('return at the top level');
      s.beginStatement();
      s.at = end;
      // `return` and a line end return nothing (ECMA-262, 12.10.1).
      s.after(hasNewline(source, end, skipBlanks(source, end)) ? Prev.statement : Prev.keyword);
      return;
    case Word.case:
      s.beginStatement();
      s.at = end;
      s.after(Prev.keyword);
      return;
    case Word.default:
      s.beginStatement();
      if (source.charCodeAt(skipBlanks(source, end)) !== Code.colon) throw new Bail('default');
      s.at = end;
      s.after(Prev.keyword);
      return;
    case Word.block:
    case Word.stop:
      s.beginStatement();
      s.at = end;
      s.after(Prev.statement);
      // `finally` is the only one of them with seven letters.
      s.isHandler = end - start === 7;
      return;
    case Word.header:
    case Word.for:
    case Word.catch:
      scanHeader(s, word, end);
      return;
    case Word.declare:
      beginDeclaration(s, end, Declares.local);
      return;
    case Word.let:
      scanLet(s, start, end);
      return;
    case Word.using:
      scanUsing(s, start, end);
      return;
    case Word.function:
      scanFunction(s, end, 0);
      return;
    case Word.class:
      scanClass(s, end);
      return;
    case Word.extends:
      if (s.classBracket.at(-1) !== s.nest.top || source.charCodeAt(skipBlanks(source, end)) === Code.braceOpen)
        throw new Bail('extends');
      s.at = end;
      s.after(Prev.keyword);
      return;
    case Word.async:
      scanAsync(s, start, end);
      return;
    case Word.await:
      scanAwait(s, start, end);
      return;
    case Word.yield:
      scanYield(s, start, end);
      return;
    case Word.import:
      scanImport(s, start, end);
      return;
    case Word.export:
      scanExport(s, start);
      return;
    case Word.arguments:
      scanName(s, start, end);
      if (s.isModule && !s.hasOwnArguments()) s.edits.replace(start, end, s.names.undefinedName);
      return;
    default: // Word.eval
      scanName(s, start, end);
      if (source.charCodeAt(skipBlanks(source, end)) === Code.parenOpen) {
        s.hasDirectEval = true;
        s.parenFlags = Flag.evalCall;
      }
  }
}

function scanLet(s: ScanState, start: number, end: number): void {
  const { source } = s;
  const next = skipBlanks(source, end);
  const code = source.charCodeAt(next);
  // Sloppy code may use `let` as a name.
  const declares =
    code === Code.squareOpen ||
    code === Code.braceOpen ||
    (startsName(source, next) && !AFTER_A_NAME.some((other) => isWord(source, next, other)));
  if (declares) beginDeclaration(s, end, Declares.local);
  else if (s.isModule) throw new Bail('let');
  else scanName(s, start, end);
}

function scanUsing(s: ScanState, start: number, end: number): void {
  const { source } = s;
  const next = skipBlanks(source, end);
  const declares =
    startsName(source, next) &&
    !hasNewline(source, end, next) &&
    !AFTER_A_NAME.some((other) => isWord(source, next, other));
  if (declares) beginDeclaration(s, end, Declares.local);
  else scanName(s, start, end);
}

function scanOf(s: ScanState, start: number, end: number): void {
  const { nest } = s;
  const flags = nest.flags[nest.top] as number;
  // The second `of` of a header is a name, and so is one without a target before it.
  if ((flags & Flag.forHeader) === 0 || s.prev > Prev.arrowEnd || (flags & Flag.iterable) !== 0) {
    scanName(s, start, end);
    return;
  }
  endForTarget(s);
  nest.flags[nest.top] = flags | Flag.iterable;
  s.at = end;
  s.after(Prev.operator);
  if ((flags & Flag.forAwait) !== 0) s.edits.insert(end, ` ${s.names.asyncIterable}(`);
}

/** The target of `for (target of …)` is assigned to, unless it is a declaration. */
function endForTarget(s: ScanState): void {
  s.assignsPrevious();
  s.nest.declares[s.nest.top] = Declares.nothing;
}

function scanHeader(s: ScanState, word: number, end: number): void {
  const source = s.source;
  s.beginStatement();
  let next = skipBlanks(source, end);
  let flags: number = Flag.header;
  if (word === Word.for) {
    flags |= Flag.forHeader;
    if (isWord(source, next, 'await')) {
      s.checkAwait();
      flags |= Flag.forAwait;
      next = skipBlanks(source, next + 5);
    }
  }
  if (word === Word.catch) flags |= Flag.catchHeader;
  // `catch {` without a parameter.
  if (word === Word.catch && source.charCodeAt(next) === Code.braceOpen) {
    s.at = end;
    s.after(Prev.statement);
    s.isHandler = true;
    return;
  }
  if (source.charCodeAt(next) !== Code.parenOpen) throw new Bail('no header');
  s.at = next;
  s.after(Prev.keyword);
  s.parenFlags = flags;
}

function beginDeclaration(s: ScanState, end: number, declares: number): void {
  const inForHeader = ((s.nest.flags[s.nest.top] as number) & Flag.forHeader) !== 0;
  if (!inForHeader) s.beginStatement();
  s.nest.declares[s.nest.top] = declares;
  s.at = end;
  s.after(Prev.keyword);
  s.declaring = true;
}

/** `function` with `end` behind the word; reads on to the parameters. */
function scanFunction(s: ScanState, end: number, flags: number): void {
  const source = s.source;
  // Decides what the closing brace ends: a statement, or an operand.
  const isStatement = s.prev === Prev.statement || (s.prev <= Prev.arrowEnd && s.newline);
  refuseAsAwaitOperand(s);
  if (s.classBracket.at(-1) === s.nest.top && s.classBracket.length > 0) throw new Bail('function as heritage');
  s.beginOperand();
  let nextFlags = flags | Flag.parameters | (isStatement ? Flag.statement : 0);
  let at = end;
  let next = skipBlanks(source, at);
  if (source.charCodeAt(next) === Code.asterisk) {
    nextFlags |= Flag.generator;
    at = next + 1;
    next = skipBlanks(source, at);
  }
  if (startsName(source, next)) {
    const nameEnd = endOfName(source, next);
    if (isStatement && s.functions.depth === 0) s.declared.add(source.slice(next, nameEnd));
    next = skipBlanks(source, nameEnd);
  } else if (s.nameDefault) s.edits.insert(at, ` ${s.names.defaultExport} `);
  s.nameDefault = false;
  if (source.charCodeAt(next) !== Code.parenOpen) throw new Bail('function without parameters');
  s.at = next;
  s.after(Prev.keyword);
  s.parenFlags = nextFlags;
}

function scanClass(s: ScanState, end: number): void {
  const source = s.source;
  const isStatement = s.prev === Prev.statement || (s.prev <= Prev.arrowEnd && s.newline);
  refuseAsAwaitOperand(s);
  s.beginOperand();
  const next = skipBlanks(source, end);
  const hasName = startsName(source, next) && !isWord(source, next, 'extends');
  if (!hasName && s.nameDefault) s.edits.insert(end, ` ${s.names.defaultExport} `);
  s.nameDefault = false;
  if (hasName && isStatement && s.functions.depth === 0) s.declared.add(source.slice(next, endOfName(source, next)));
  s.classBracket.push(s.nest.top);
  s.classFlags.push(isStatement ? Flag.statement : 0);
  s.at = hasName ? endOfName(source, next) : end;
  s.after(hasName ? Prev.operand : Prev.keyword);
}

function refuseAsAwaitOperand(s: ScanState): void {
  const last = s.awaitBracket.length - 1;
  if (last >= 0 && s.awaitBracket[last] === s.nest.top && !s.awaitBegun[last])
    throw new Bail('await of a function or class expression');
}

function scanAsync(s: ScanState, start: number, end: number): void {
  const source = s.source;
  const next = skipBlanks(source, end);
  if (!hasNewline(source, end, next)) {
    if (isWord(source, next, 'function')) {
      scanFunction(s, next + 8, Flag.async);
      return;
    }
    // A call of something named async, or the parameters
    // of an arrow: known when the arrow comes or does not.
    if (source.charCodeAt(next) === Code.parenOpen) {
      scanName(s, start, end);
      s.parenFlags = Flag.maybeAsync;
      return;
    }
    if (
      startsName(source, next) &&
      !isWord(source, next, 'in') &&
      !isWord(source, next, 'of') &&
      !isWord(source, next, 'instanceof')
    ) {
      s.beginOperand();
      // As if nothing had stood there: the parameter is the operand.
      s.at = end;
      s.after(Prev.operator);
      s.asyncArrow = true;
      return;
    }
  }
  scanName(s, start, end);
}

function scanAwait(s: ScanState, start: number, end: number): void {
  const source = s.source;
  s.checkAwait();
  s.beginPrefix();
  const next = skipBlanks(source, end);
  s.at = end;
  // `await using x`, unless `using` itself is awaited.
  if (isWord(source, next, 'using') && !hasNewline(source, end, next)) {
    const name = skipBlanks(source, next + 5);
    if (startsName(source, name) && !hasNewline(source, next, name)) {
      // The implicit wait at the scope's end cannot be wrapped; the frame is lost there.
      beginDeclaration(s, next + 5, Declares.local);
      return;
    }
  }
  const { functions } = s;
  const place =
    functions.depth === 0 ? 'top-level' : functions.isExpression[functions.depth] === true ? 'expression' : 'block';
  if (place === 'block') functions.awaits[functions.depth] = true;
  const { before, opening, closing } = awaitTexts(s.names, place, start);
  if (before !== '') s.edits.insert(start, before);
  s.edits.insert(end, opening);
  s.awaitClosing.push(closing);
  s.after(Prev.keyword);
  s.awaitBracket.push(s.nest.top);
  s.awaitBegun.push(false);
}

function scanYield(s: ScanState, start: number, end: number): void {
  const source = s.source;
  const functions = s.functions;
  if (functions.depth === 0 || ((functions.flags[functions.depth] as number) & Flag.generator) === 0) {
    // Sloppy code may use `yield` as a name.
    if (s.isModule) throw new Bail('yield outside of a generator');
    scanName(s, start, end);
    return;
  }
  s.beginPrefix();
  const next = skipBlanks(source, end);
  const code = source.charCodeAt(next);
  const isAlone =
    hasNewline(source, end, next) ||
    code === Code.parenClose ||
    code === Code.squareClose ||
    code === Code.braceClose ||
    code === Code.comma ||
    code === Code.semicolon ||
    code === Code.colon ||
    code !== code;
  s.at = end;
  s.after(isAlone ? Prev.operand : Prev.keyword);
}

function scanImport(s: ScanState, start: number, end: number): void {
  const source = s.source;
  const next = skipBlanks(source, end);
  const code = source.charCodeAt(next);
  if (code === Code.parenOpen) {
    s.beginOperand();
    // The same width, so that columns stay.
    s.edits.replace(start, end, s.names.dynamicImport.padEnd(6));
    s.usesDynamicImport = true;
    s.at = end;
    s.after(Prev.operand);
    return;
  }
  if (code === Code.dot) {
    const property = skipBlanks(source, next + 1);
    if (isWord(source, property, 'source') && source.charCodeAt(skipBlanks(source, property + 6)) === Code.parenOpen) {
      s.beginOperand();
      s.edits.blank(start, property + 6, s.names.sourceImport);
      s.usesDynamicImport = true;
      s.at = property + 6;
      s.after(Prev.operand);
      return;
    }
    if (!isWord(source, property, 'meta') || !s.isModule) throw new Bail('import.something');
    s.beginOperand();
    s.edits.blank(start, property + 4, s.names.importMeta);
    s.usesImportMeta = true;
    s.at = property + 4;
    s.after(Prev.operand);
    return;
  }
  if (!s.isModule || s.nest.top !== 0) throw new Bail('import declaration');
  s.beginStatement();
  // A declaration ends what stood before it, also without a semicolon.
  s.endAwaits();
  s.at = s.declarations.readImport(start);
  s.after(Prev.statement, Code.semicolon);
}

function scanExport(s: ScanState, start: number): void {
  if (!s.isModule || s.nest.top !== 0) throw new Bail('export declaration');
  s.beginStatement();
  const result = s.declarations.readExport(start);
  s.at = result.end;
  s.after(Prev.statement, Code.semicolon);
  switch (result.kind) {
    case 'none':
      return;
    case 'variables': {
      // `result.end` is in front of the word `const`, `let` or `var`.
      const end = endOfName(s.source, result.end);
      beginDeclaration(s, end, result.constant ? Declares.exportedConstant : Declares.exported);
      return;
    }
    case 'declaration':
      s.nameDefault = result.anonymous;
      return;
    case 'expression':
      s.after(Prev.operator, Code.equals);
  }
}
