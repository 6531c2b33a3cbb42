/** Brackets, operators, comments, templates and regular expressions. */
import { Bail } from './bail.ts';
import { endOfNumber, endOfRegExp } from './literals.ts';
import { endOfLine, endOfName, hasNewline, skipBlanks } from './lookahead.ts';
import { caughtText, frameDeclaration } from './names.ts';
import { Bracket, Flag } from './nesting.ts';
import { Prev } from './scan-state.ts';
import type { ScanState } from './scan-state.ts';

export function scanPunctuator(s: ScanState, code: number): void {
  switch (code) {
    case 40: // (
      openParen(s);
      return;
    case 41: // )
      closeParen(s);
      return;
    case 91: // [
      openSquare(s);
      return;
    case 93: // ]
      closeSquare(s);
      return;
    case 123: // {
      openBrace(s);
      return;
    case 125: // }
      closeBrace(s);
      return;
    case 44: // ,
      s.endAwaits();
      s.endArrows();
      if (s.kind === Bracket.object) s.beginMember();
      step(s, 1, Prev.operator, 44);
      return;
    case 59: // ;
      s.endAwaits();
      s.endArrows();
      s.nest.declares[s.nest.top] = 0;
      if (s.kind === Bracket.classBody) s.beginMember();
      step(s, 1, Prev.statement, 59);
      return;
    case 46: // .
      dot(s);
      return;
    case 58: // :
      colon(s);
      return;
    case 61: // =
      equals(s);
      return;
    case 63: // ?
      question(s);
      return;
    case 47: // /
      slash(s);
      return;
    case 96: // `
      if (s.prev === Prev.key) throw new Bail('template behind a key');
      if (s.prev !== Prev.operand) s.beginOperand();
      s.nest.open(Bracket.template, s.at, Flag.none);
      s.at++;
      templateText(s);
      return;
    case 43: // +
    case 45: // -
      plusMinus(s, code);
      return;
    case 33: // !
    case 126: // ~
      bang(s, code);
      return;
    case 35: // #
      privateName(s);
      return;
    case 37: case 38: case 42: case 60: case 62: case 94: case 124: // % & * < > ^ |
      binary(s, code);
      return;
    default: // @ for decorators, escapes in names
      throw new Bail(`character ${code} at ${s.at}`);
  }
}

function step(s: ScanState, length: number, prev: number, char: number): void {
  s.at += length;
  s.after(prev, char);
}

// ---- brackets ----

/** True where a bracket continues the expression before it: a call or an index. */
function continues(s: ScanState): boolean {
  if (s.prev === Prev.operand) return true;
  if (s.prev === Prev.arrowEnd && !s.newline) throw new Bail('arrow function as a callee');
  return false;
}

function openParen(s: ScanState): void {
  let flags = s.parenFlags;
  if (s.prev === Prev.key) flags = (flags & (Flag.async | Flag.generator)) | Flag.parameters | Flag.method;
  else if (continues(s)) flags = flags === Flag.maybeAsync ? flags : flags === Flag.evalCall ? Flag.evalCall | Flag.call : Flag.call;
  else if (flags === 0 || s.prev !== Prev.keyword) {
    flags = 0;
    s.beginOperand();
  }
  s.nest.open(Bracket.paren, s.at, flags);
  s.parenFlags = 0;
  if ((flags & Flag.evalCall) !== 0) s.edits.insert(s.at + 1, `${s.names.evalText}(`);
  step(s, 1, Prev.operator, 40);
}

/** Leaves the innermost bracket; its flags and start are remembered. */
function close(s: ScanState, kind: number): void {
  const { nest } = s;
  s.endAwaits();
  s.endArrows();
  if (nest.top === 0 || nest.kind[nest.top] !== kind) throw new Bail(`closing bracket at ${s.at}`);
  s.closedFlags = nest.flags[nest.top] as number;
  s.closedStart = nest.start[nest.top] as number;
  nest.top--;
}

function closeParen(s: ScanState): void {
  const isWrapped = ((s.nest.flags[s.nest.top] as number) & (Flag.forAwait | Flag.iterable)) === (Flag.forAwait | Flag.iterable);
  close(s, Bracket.paren);
  if (isWrapped || (s.closedFlags & Flag.evalCall) !== 0) s.edits.insert(s.at, s.names.close);
  step(s, 1, (s.closedFlags & Flag.header) !== 0 ? Prev.statement : Prev.operand, 41);
}

function openSquare(s: ScanState): void {
  let flags: number = Flag.none;
  // A line end before `[` ends a field without initializer, and nothing else.
  const isNextMember = s.kind === Bracket.classBody && s.prev === Prev.key && s.newline;
  if (isNextMember) s.endLine();
  if (s.keyNext && (s.kind === Bracket.object || s.kind === Bracket.classBody)) {
    flags = Flag.computedKey;
  } else if (s.prev === Prev.key) {
    throw new Bail('index behind a key');
  } else if (continues(s)) {
    flags = Flag.call;
  } else {
    if (isBinding(s)) flags = Flag.binding;
    s.beginOperand();
  }
  s.nest.open(Bracket.square, s.at, flags);
  step(s, 1, Prev.operator, 91);
}

function closeSquare(s: ScanState): void {
  close(s, Bracket.square);
  s.at++;
  if ((s.closedFlags & Flag.computedKey) !== 0) s.afterKey();
  else s.after(Prev.operand, 93);
  s.notePatternNames();
}

function isBinding(s: ScanState): boolean {
  return s.declaring || (s.prevChar === 44 && (s.nest.declares[s.nest.top] as number) > 0);
}

function openBrace(s: ScanState): void {
  const { nest } = s;
  if (s.arrowFlags !== 0) {
    openFunction(s, s.arrowFlags);
    s.arrowFlags = 0;
    return;
  }
  const lastClass = s.classBracket.length - 1;
  if (lastClass >= 0 && s.classBracket[lastClass] === nest.top && (s.prev === Prev.operand || s.prev === Prev.keyword)) {
    const flags = s.classFlags[lastClass] as number;
    s.classBracket.length = lastClass;
    s.classFlags.length = lastClass;
    nest.open(Bracket.classBody, s.at, flags);
    step(s, 1, Prev.statement, 123);
    s.beginMember();
    return;
  }
  if (s.prevChar === 41 && (s.closedFlags & Flag.parameters) !== 0) {
    openFunction(s, s.closedFlags);
    return;
  }
  if (s.prev === Prev.operator || s.prev === Prev.keyword) {
    const flags = isBinding(s) ? Flag.binding : Flag.none;
    s.beginOperand();
    nest.open(Bracket.object, s.at, flags);
    step(s, 1, Prev.operator, 123);
    s.beginMember();
    return;
  }
  if (s.kind === Bracket.classBody || s.kind === Bracket.object || s.prev === Prev.dot) throw new Bail(`brace at ${s.at}`);
  const isHandler = s.isHandler || (s.prevChar === 41 && (s.closedFlags & Flag.catchHeader) !== 0);
  s.isHandler = false;
  s.beginStatement();
  nest.open(Bracket.block, s.at, Flag.none);
  if (isHandler && s.waits) s.edits.insert(s.at + 1, caughtText(s.names));
  step(s, 1, Prev.statement, 123);
}

function openFunction(s: ScanState, flags: number): void {
  s.nest.open(Bracket.functionBody, s.at, flags);
  s.functions.enter(flags, s.nest.top, false, 0);
  step(s, 1, Prev.statement, 123);
}

function closeBrace(s: ScanState): void {
  const kind = s.kind;
  close(s, kind);
  if (kind === Bracket.functionBody && s.functions.awaits[s.functions.depth] === true) s.edits.insert(s.at, frameDeclaration(s.names));
  s.at++;
  switch (kind) {
    case Bracket.substitution:
      templateText(s);
      return;
    case Bracket.block:
      s.after(Prev.statement, 125);
      return;
    case Bracket.object:
      s.keyNext = false;
      s.after(Prev.operand, 125);
      s.notePatternNames();
      return;
    case Bracket.classBody:
      s.keyNext = false;
      s.after((s.closedFlags & Flag.statement) !== 0 ? Prev.statement : Prev.operand, 125);
      return;
    case Bracket.functionBody:
      closeFunction(s);
      return;
    default:
      throw new Bail(`brace at ${s.at}`);
  }
}

function closeFunction(s: ScanState): void {
  const { functions } = s;
  if (functions.depth === 0 || functions.bracket[functions.depth] !== s.nest.top + 1) throw new Bail('end of a function');
  functions.depth--;
  if ((s.closedFlags & Flag.method) !== 0) {
    const inClass = s.kind === Bracket.classBody;
    s.after(inClass ? Prev.statement : Prev.operand, 125);
    s.keyNext = false;
    if (inClass) s.beginMember();
  } else if ((s.closedFlags & Flag.arrow) !== 0) {
    s.after(Prev.arrowEnd, 125);
  } else {
    s.after((s.closedFlags & Flag.statement) !== 0 ? Prev.statement : Prev.operand, 125);
  }
}

/** Template text up to its end or the next `${`. */
function templateText(s: ScanState): void {
  const { source } = s;
  for (;;) {
    const code = source.charCodeAt(s.at);
    if (code === 96) {
      s.nest.top--;
      step(s, 1, Prev.operand, 0);
      return;
    }
    if (code === 36 && source.charCodeAt(s.at + 1) === 123) {
      s.nest.open(Bracket.substitution, s.at, Flag.none);
      step(s, 2, Prev.operator, 40);
      return;
    }
    if (code !== code) throw new Bail('open template');
    s.at += code === 92 ? 2 : 1;
  }
}

// ---- operators ----

/** A binary operator: ends what binds tighter than it. */
function infix(s: ScanState): void {
  if (s.prev === Prev.arrowEnd) throw new Bail('operator behind an arrow function');
  if (s.prev === Prev.operand) s.endAwaits();
}

function dot(s: ScanState): void {
  const { source } = s;
  const next = source.charCodeAt(s.at + 1);
  if (next === 46 && source.charCodeAt(s.at + 2) === 46) {
    if (s.kind === Bracket.object) s.keyNext = false;
    step(s, 3, Prev.operator, 1);
  } else if (next >= 48 && next <= 57) {
    s.literal(endOfNumber(source, s.at));
  } else {
    if (s.prev !== Prev.operand && s.prev !== Prev.keyword) throw new Bail(`dot at ${s.at}`);
    step(s, 1, Prev.dot, 46);
  }
}

function question(s: ScanState): void {
  const { source, nest } = s;
  const next = source.charCodeAt(s.at + 1);
  const third = source.charCodeAt(s.at + 2);
  if (next === 46 && !(third >= 48 && third <= 57)) {
    // Behind `?.` comes a name, or a call or index that continues the operand.
    const continuesOperand = [40, 91, 96].includes(source.charCodeAt(skipBlanks(source, s.at + 2)));
    step(s, 2, continuesOperand ? Prev.operand : Prev.dot, 46);
    return;
  }
  infix(s);
  if (next === 63) {
    const assigns = third === 61;
    if (assigns) s.assignsPrevious();
    step(s, assigns ? 3 : 2, Prev.operator, 63);
    return;
  }
  nest.ternaries[nest.top] = (nest.ternaries[nest.top] as number) + 1;
  step(s, 1, Prev.operator, 63);
}

function colon(s: ScanState): void {
  const { nest, functions } = s;
  const top = nest.top;
  s.endAwaits();
  const ternaries = nest.ternaries[top] as number;
  if (ternaries > 0 && s.prev !== Prev.key) {
    // `a ? x => b : c` ends the arrow, `x => a ? b : c` does not.
    while (functions.depth > 0 && functions.isExpression[functions.depth] && functions.bracket[functions.depth] === top && functions.ternaries[functions.depth] === ternaries) functions.depth--;
    nest.ternaries[top] = ternaries - 1;
    step(s, 1, Prev.operator, 58);
  } else if (nest.kind[top] === Bracket.object && s.prev === Prev.key) {
    step(s, 1, Prev.operator, 58);
  } else if (nest.kind[top] === Bracket.block || nest.kind[top] === Bracket.functionBody || top === 0) {
    s.endArrows();
    step(s, 1, Prev.statement, 58);
  } else {
    throw new Bail(`colon at ${s.at}`);
  }
}

function equals(s: ScanState): void {
  const { source } = s;
  const next = source.charCodeAt(s.at + 1);
  if (next === 62) {
    arrow(s);
    return;
  }
  infix(s);
  if (next === 61) {
    step(s, source.charCodeAt(s.at + 2) === 61 ? 3 : 2, Prev.operator, 61);
    return;
  }
  const declares = s.nest.declares[s.nest.top] as number;
  const isPattern = s.prev === Prev.operand && (s.prevChar === 93 || s.prevChar === 125);
  if (isPattern && declares > 1 && (s.closedFlags & Flag.binding) !== 0) {
    s.declarations.exportPattern(source.slice(s.closedStart, s.prevEnd), declares === 3);
  } else {
    s.assignsPrevious();
  }
  step(s, 1, Prev.operator, 61);
}

function arrow(s: ScanState): void {
  const { source, nest } = s;
  let flags: number = Flag.arrow;
  if (s.prevChar === 41) {
    if ((s.closedFlags & (Flag.call | Flag.parameters | Flag.header)) !== 0) throw new Bail('arrow behind a call');
    if ((s.closedFlags & Flag.maybeAsync) !== 0) flags |= Flag.async;
    s.assigned.promote(s.closedStart);
  } else {
    if (s.nameStart < 0) throw new Bail('arrow without parameters');
    if (s.asyncArrow) flags |= Flag.async;
  }
  // An arrow function is no operand of `await`: the engine shall say so.
  if (s.awaitBracket.at(-1) === nest.top) throw new Bail('await of an arrow function');
  s.asyncArrow = false;
  step(s, 2, Prev.operator, 62);
  const next = skipBlanks(source, s.at);
  if (source.charCodeAt(next) === 123) {
    s.at = next;
    s.arrowFlags = flags;
  } else {
    s.functions.enter(flags, nest.top, true, nest.ternaries[nest.top] as number);
  }
}

function plusMinus(s: ScanState, code: number): void {
  const { source } = s;
  const next = source.charCodeAt(s.at + 1);
  if (next === code) {
    if (!s.isModule && code === 45 && source.charCodeAt(s.at + 2) === 62 && (s.newline || s.prevEnd === 0)) throw new Bail('HTML comment');
    if (s.prev === Prev.operand && !s.newline) {
      s.assignsPrevious();
      step(s, 2, Prev.operand, 0);
    } else {
      s.beginPrefix();
      step(s, 2, Prev.operator, code);
    }
    return;
  }
  if (s.prev === Prev.arrowEnd && s.newline) s.endLine();
  else infix(s);
  if (next === 61) s.assignsPrevious();
  step(s, next === 61 ? 2 : 1, Prev.operator, 1);
}

function bang(s: ScanState, code: number): void {
  const { source } = s;
  if (code === 33 && source.charCodeAt(s.at + 1) === 61 && s.prev === Prev.operand) {
    infix(s);
    step(s, source.charCodeAt(s.at + 2) === 61 ? 3 : 2, Prev.operator, 1);
    return;
  }
  s.beginPrefix();
  step(s, 1, Prev.operator, 1);
}

function binary(s: ScanState, code: number): void {
  const { source } = s;
  if (code === 42) {
    if (s.kind === Bracket.classBody && s.prev === Prev.key && s.newline) s.endLine();
    if (s.keyNext && (s.kind === Bracket.object || s.kind === Bracket.classBody)) {
      s.parenFlags |= Flag.generator;
      // The key comes next, behind what looks like an operator.
      step(s, 1, Prev.operator, 42);
      return;
    }
  }
  if (code === 60 && !s.isModule && source.startsWith('<!--', s.at)) throw new Bail('HTML comment');
  infix(s);
  let length = 1;
  while (length < 3 && source.charCodeAt(s.at + length) === code) length++;
  if (source.charCodeAt(s.at + length) === 61) {
    const isComparison = (code === 60 || code === 62) && length === 1;
    if (!isComparison) s.assignsPrevious();
    length++;
  }
  step(s, length, Prev.operator, 1);
}

function privateName(s: ScanState): void {
  const end = endOfName(s.source, s.at + 1);
  if (end === s.at + 1) throw new Bail('private name');
  if (s.prev === Prev.dot) {
    s.at = end;
    s.after(Prev.operand);
  } else {
    s.literal(end);
  }
}

function slash(s: ScanState): void {
  const { source } = s;
  const next = source.charCodeAt(s.at + 1);
  if (next === 47) {
    s.at = endOfLine(source, s.at);
    return;
  }
  if (next === 42) {
    const end = source.indexOf('*/', s.at + 2);
    if (end < 0) throw new Bail('open comment');
    if (!s.newline) s.newline = hasNewline(source, s.at, end);
    s.at = end + 2;
    return;
  }
  if (s.prev === Prev.operand) {
    s.endAwaits();
    if (next === 61) s.assignsPrevious();
    step(s, next === 61 ? 2 : 1, Prev.operator, 1);
    return;
  }
  if (s.prev === Prev.key || s.prev === Prev.dot) throw new Bail(`slash at ${s.at}`);
  s.beginOperand();
  s.at = endOfRegExp(source, s.at);
  s.after(Prev.operand);
}
