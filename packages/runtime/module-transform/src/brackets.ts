/** Brackets: what opens, what each close means, and the templates between. */
import { Bail } from './bail.ts';
import { Code } from './codes.ts';
import { caughtText, frameDeclaration } from './names.ts';
import { Bracket, Flag } from './nesting.ts';
import { Prev, type ScanState, step } from './scan-state.ts';

/** True where a bracket continues the expression before it: a call or an index. */
function continues(s: ScanState): boolean {
  if (s.prev === Prev.operand) return true;
  if (s.prev === Prev.arrowEnd && !s.newline) throw new Bail('arrow function as a callee');
  return false;
}

/** `(`: parameters, a header, a call, or an expression in parentheses. */
export function openParen(s: ScanState): void {
  let flags = s.parenFlags;
  if (s.prev === Prev.key) flags = (flags & (Flag.async | Flag.generator)) | Flag.parameters | Flag.method;
  // What came before decides, in this order: a key's
  // parameters, a call, a header (`parenFlags`), a plain pair.
  else if (continues(s))
    flags = flags === Flag.maybeAsync ? flags : flags === Flag.evalCall ? Flag.evalCall | Flag.call : Flag.call;
  else if (flags === 0 || s.prev !== Prev.keyword) {
    flags = 0;
    s.beginOperand();
  }
  s.nest.open(Bracket.paren, s.at, flags);
  s.parenFlags = 0;
  if ((flags & Flag.evalCall) !== 0) s.edits.insert(s.at + 1, `${s.names.evalText}(`);
  step(s, 1, Prev.operator, Code.parenOpen);
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

/** `)`: behind a header a statement follows. */
export function closeParen(s: ScanState): void {
  // `for await (x of …)`: what was opened behind `of` closes in front of this.
  const isWrapped =
    ((s.nest.flags[s.nest.top] as number) & (Flag.forAwait | Flag.iterable)) === (Flag.forAwait | Flag.iterable);
  close(s, Bracket.paren);
  if (isWrapped || (s.closedFlags & Flag.evalCall) !== 0) s.edits.insert(s.at, s.names.close);
  step(s, 1, (s.closedFlags & Flag.header) !== 0 ? Prev.statement : Prev.operand, Code.parenClose);
}

/** `[`: a computed key, an index, a pattern or an array. */
export function openSquare(s: ScanState): void {
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
  step(s, 1, Prev.operator, Code.squareOpen);
}

/** `]` */
export function closeSquare(s: ScanState): void {
  close(s, Bracket.square);
  s.at++;
  if ((s.closedFlags & Flag.computedKey) !== 0) s.afterKey();
  else s.after(Prev.operand, Code.squareClose);
  s.notePatternNames();
}

function isBinding(s: ScanState): boolean {
  return s.declaring || (s.prevChar === Code.comma && (s.nest.declares[s.nest.top] as number) > 0);
}

/** `{`: the body of an arrow, class or function, an object, or a block. */
export function openBrace(s: ScanState): void {
  const { nest } = s;
  if (s.arrowFlags !== 0) {
    openFunction(s, s.arrowFlags);
    s.arrowFlags = 0;
    return;
  }
  // `extends f() {`: the brace that follows a heritage at the class's own level is its body.
  const lastClass = s.classBracket.length - 1;
  if (
    lastClass >= 0 &&
    s.classBracket[lastClass] === nest.top &&
    (s.prev === Prev.operand || s.prev === Prev.keyword)
  ) {
    const flags = s.classFlags[lastClass] as number;
    s.classBracket.length = lastClass;
    s.classFlags.length = lastClass;
    nest.open(Bracket.classBody, s.at, flags);
    step(s, 1, Prev.statement, Code.braceOpen);
    s.beginMember();
    return;
  }
  // Parameters have just closed: of a function or a method, whose body this is.
  if (s.prevChar === Code.parenClose && (s.closedFlags & Flag.parameters) !== 0) {
    openFunction(s, s.closedFlags);
    return;
  }
  if (s.prev === Prev.operator || s.prev === Prev.keyword) {
    const flags = isBinding(s) ? Flag.binding : Flag.none;
    s.beginOperand();
    nest.open(Bracket.object, s.at, flags);
    step(s, 1, Prev.operator, Code.braceOpen);
    s.beginMember();
    return;
  }
  // A block has no place here, so something before was misread.
  if (s.kind === Bracket.classBody || s.kind === Bracket.object || s.prev === Prev.dot)
    throw new Bail(`brace at ${s.at}`);
  const isHandler = s.isHandler || (s.prevChar === Code.parenClose && (s.closedFlags & Flag.catchHeader) !== 0);
  s.isHandler = false;
  s.beginStatement();
  nest.open(Bracket.block, s.at, Flag.none);
  if (isHandler && s.waits) s.edits.insert(s.at + 1, caughtText(s.names));
  step(s, 1, Prev.statement, Code.braceOpen);
}

function openFunction(s: ScanState, flags: number): void {
  s.nest.open(Bracket.functionBody, s.at, flags);
  s.functions.enter(flags, s.nest.top, false, 0);
  step(s, 1, Prev.statement, Code.braceOpen);
}

/** `}`: back to what lay around it; the end of a substitution goes on with the template. */
export function closeBrace(s: ScanState): void {
  const kind = s.kind;
  close(s, kind);
  // Any await in it may need the variable; `var` at
  // the end is hoisted and moves no column before it.
  if (kind === Bracket.functionBody && s.functions.awaits[s.functions.depth] === true)
    s.edits.insert(s.at, frameDeclaration(s.names));
  s.at++;
  switch (kind) {
    case Bracket.substitution:
      templateText(s);
      return;
    case Bracket.block:
      s.after(Prev.statement, Code.braceClose);
      return;
    case Bracket.object:
      s.keyNext = false;
      s.after(Prev.operand, Code.braceClose);
      s.notePatternNames();
      return;
    case Bracket.classBody:
      s.keyNext = false;
      s.after((s.closedFlags & Flag.statement) !== 0 ? Prev.statement : Prev.operand, Code.braceClose);
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
  // Functions and brackets close together, or one of them was misread.
  if (functions.depth === 0 || functions.bracket[functions.depth] !== s.nest.top + 1)
    throw new Bail('end of a function');
  functions.depth--;
  if ((s.closedFlags & Flag.method) !== 0) {
    const inClass = s.kind === Bracket.classBody;
    s.after(inClass ? Prev.statement : Prev.operand, Code.braceClose);
    s.keyNext = false;
    if (inClass) s.beginMember();
  } else if ((s.closedFlags & Flag.arrow) !== 0) {
    s.after(Prev.arrowEnd, Code.braceClose);
  } else {
    s.after((s.closedFlags & Flag.statement) !== 0 ? Prev.statement : Prev.operand, Code.braceClose);
  }
}

/** Template text up to its end or the next `${`. */
function templateText(s: ScanState): void {
  const { source } = s;
  for (;;) {
    const code = source.charCodeAt(s.at);
    if (code === Code.backtick) {
      s.nest.top--;
      step(s, 1, Prev.operand, Code.none);
      return;
    }
    if (code === Code.dollar && source.charCodeAt(s.at + 1) === Code.braceOpen) {
      s.nest.open(Bracket.substitution, s.at, Flag.none);
      step(s, 2, Prev.operator, Code.parenOpen);
      return;
    }
    // `NaN`, the code behind the end of the text, is the only value that differs from itself.
    if (code !== code) throw new Bail('open template');
    // The character behind a backslash cannot end anything.
    s.at += code === Code.backslash ? 2 : 1;
  }
}

/** A template literal, or what tags it with the operand before. */
export function openTemplate(s: ScanState): void {
  if (s.prev === Prev.key) throw new Bail('template behind a key');
  if (s.prev !== Prev.operand) s.beginOperand();
  s.nest.open(Bracket.template, s.at, Flag.none);
  s.at++;
  templateText(s);
}
