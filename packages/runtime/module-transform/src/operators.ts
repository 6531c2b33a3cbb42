/** Operators, comments, regular expressions and private names. */
import { Bail } from './bail.ts';
import { Code } from './codes.ts';
import { endOfNumber, endOfRegExp } from './literals.ts';
import { endOfLine, endOfName, hasNewline, skipBlanks } from './lookahead.ts';
import { Bracket, Declares, Flag } from './nesting.ts';
import { Prev, type ScanState, step } from './scan-state.ts';

/** A binary operator: ends what binds tighter than it. */
function infix(s: ScanState): void {
  // `() => {} + 1` is an error; the engine says so with the right words.
  if (s.prev === Prev.arrowEnd) throw new Bail('operator behind an arrow function');
  // `await a + b` waits for a alone: what binds tighter ends here.
  if (s.prev === Prev.operand) s.endAwaits();
}

/** `.`, `...` and numbers that begin with a dot. */
export function dot(s: ScanState): void {
  const { source } = s;
  const next = source.charCodeAt(s.at + 1);
  if (next === Code.dot && source.charCodeAt(s.at + 2) === Code.dot) {
    if (s.kind === Bracket.object) s.keyNext = false;
    step(s, 3, Prev.operator, Code.operator);
  } else if (next >= Code.digit0 && next <= Code.digit9) {
    s.literal(endOfNumber(source, s.at));
  } else {
    // Behind a keyword it is `new.target`.
    if (s.prev !== Prev.operand && s.prev !== Prev.keyword) throw new Bail(`dot at ${s.at}`);
    step(s, 1, Prev.dot, Code.dot);
  }
}

/** `?.`, `??`, `??=` and the ternary. */
export function question(s: ScanState): void {
  const { source, nest } = s;
  const next = source.charCodeAt(s.at + 1);
  const third = source.charCodeAt(s.at + 2);
  // `a?.5:b` is a ternary with a number.
  if (next === Code.dot && !(third >= Code.digit0 && third <= Code.digit9)) {
    // Behind `?.` comes a name, or a call or index that continues the operand.
    const continuesOperand = [Code.parenOpen, Code.squareOpen, Code.backtick].includes(
      source.charCodeAt(skipBlanks(source, s.at + 2)),
    );
    step(s, 2, continuesOperand ? Prev.operand : Prev.dot, Code.dot);
    return;
  }
  infix(s);
  if (next === Code.question) {
    const assigns = third === Code.equals;
    if (assigns) s.assignsPrevious();
    step(s, assigns ? 3 : 2, Prev.operator, Code.question);
    return;
  }
  nest.ternaries[nest.top] = (nest.ternaries[nest.top] as number) + 1;
  step(s, 1, Prev.operator, Code.question);
}

/** `:` of a ternary, a key, a label or a case. */
export function colon(s: ScanState): void {
  const { nest, functions } = s;
  const top = nest.top;
  s.endAwaits();
  const ternaries = nest.ternaries[top] as number;
  // Behind a key a colon belongs to the key, whatever ternary is open outside.
  if (ternaries > 0 && s.prev !== Prev.key) {
    // `a ? x => b : c` ends the arrow, `x => a ? b : c` does not.
    while (
      functions.depth > 0 &&
      functions.isExpression[functions.depth] &&
      functions.bracket[functions.depth] === top &&
      functions.ternaries[functions.depth] === ternaries
    )
      functions.depth--;
    nest.ternaries[top] = ternaries - 1;
    step(s, 1, Prev.operator, Code.colon);
  } else if (nest.kind[top] === Bracket.object && s.prev === Prev.key) {
    step(s, 1, Prev.operator, Code.colon);
  } else if (nest.kind[top] === Bracket.block || nest.kind[top] === Bracket.functionBody || top === 0) {
    // Arrows end with the expression; what follows a label or a case is a statement.
    s.endArrows();
    step(s, 1, Prev.statement, Code.colon);
  } else {
    throw new Bail(`colon at ${s.at}`);
  }
}

/** `=`, `==`, `===` and `=>`. */
export function equals(s: ScanState): void {
  const { source } = s;
  const next = source.charCodeAt(s.at + 1);
  if (next === Code.greater) {
    arrow(s);
    return;
  }
  infix(s);
  if (next === Code.equals) {
    step(s, source.charCodeAt(s.at + 2) === Code.equals ? 3 : 2, Prev.operator, Code.equals);
    return;
  }
  const declares = s.nest.declares[s.nest.top] as number;
  const isPattern = s.prev === Prev.operand && (s.prevChar === Code.squareClose || s.prevChar === Code.braceClose);
  if (isPattern && declares > Declares.local && (s.closedFlags & Flag.binding) !== 0) {
    s.declarations.exportPattern(source.slice(s.closedStart, s.prevEnd), declares === Declares.exportedConstant);
  } else {
    s.assignsPrevious();
  }
  step(s, 1, Prev.operator, Code.equals);
}

function arrow(s: ScanState): void {
  const { source, nest } = s;
  let flags: number = Flag.arrow;
  // The parentheses before must be parameters, or a call's that `async` began.
  if (s.prevChar === Code.parenClose) {
    if ((s.closedFlags & (Flag.call | Flag.parameters | Flag.header)) !== 0) throw new Bail('arrow behind a call');
    if ((s.closedFlags & Flag.maybeAsync) !== 0) flags |= Flag.async;
    // Only now is it known that the parentheses held default values, which run when called.
    s.assigned.promote(s.closedStart);
  } else {
    if (s.nameStart < 0) throw new Bail('arrow without parameters');
    if (s.asyncArrow) flags |= Flag.async;
  }
  // An arrow function is no operand of `await`: the engine shall say so.
  if (s.awaitBracket.at(-1) === nest.top) throw new Bail('await of an arrow function');
  s.asyncArrow = false;
  step(s, 2, Prev.operator, Code.greater);
  const next = skipBlanks(source, s.at);
  if (source.charCodeAt(next) === Code.braceOpen) {
    s.at = next;
    s.arrowFlags = flags;
  } else {
    s.functions.enter(flags, nest.top, true, nest.ternaries[nest.top] as number);
  }
}

/** `+`, `-`, their assignments, `++` and `--`. */
export function plusMinus(s: ScanState, code: number): void {
  const { source } = s;
  const next = source.charCodeAt(s.at + 1);
  if (next === code) {
    if (
      !s.isModule &&
      code === Code.minus &&
      source.charCodeAt(s.at + 2) === Code.greater &&
      (s.newline || s.prevEnd === 0)
    )
      // HTML comments are of sloppy scripts alone
      // (ECMA-262, B.1.1), and rare: the parser knows them.
      throw new Bail('HTML comment');
    // Without a line end it is a postfix; with one it begins the next statement.
    if (s.prev === Prev.operand && !s.newline) {
      s.assignsPrevious();
      step(s, 2, Prev.operand, Code.none);
    } else {
      s.beginPrefix();
      step(s, 2, Prev.operator, code);
    }
    return;
  }
  if (s.prev === Prev.arrowEnd && s.newline) s.endLine();
  else infix(s);
  if (next === Code.equals) s.assignsPrevious();
  step(s, next === Code.equals ? 2 : 1, Prev.operator, Code.operator);
}

/** `!`, `~`, `!=`, `!==`. */
export function bang(s: ScanState, code: number): void {
  const { source } = s;
  if (code === Code.bang && source.charCodeAt(s.at + 1) === Code.equals && s.prev === Prev.operand) {
    infix(s);
    step(s, source.charCodeAt(s.at + 2) === Code.equals ? 3 : 2, Prev.operator, Code.operator);
    return;
  }
  s.beginPrefix();
  step(s, 1, Prev.operator, Code.operator);
}

/** `%`, `&`, `*`, `<`, `>`, `^`, `|`, doubled, tripled and with `=`. */
export function binary(s: ScanState, code: number): void {
  const { source } = s;
  if (code === Code.asterisk) {
    // `*` in a new line begins a generator method; a field without initializer ended before it.
    if (s.kind === Bracket.classBody && s.prev === Prev.key && s.newline) s.endLine();
    if (s.keyNext && (s.kind === Bracket.object || s.kind === Bracket.classBody)) {
      s.parenFlags |= Flag.generator;
      // The key comes next, behind what looks like an operator.
      step(s, 1, Prev.operator, Code.asterisk);
      return;
    }
  }
  if (code === Code.less && !s.isModule && source.startsWith('<!--', s.at)) throw new Bail('HTML comment');
  infix(s);
  let length = 1;
  while (length < 3 && source.charCodeAt(s.at + length) === code) length++;
  if (source.charCodeAt(s.at + length) === Code.equals) {
    const isComparison = (code === Code.less || code === Code.greater) && length === 1;
    if (!isComparison) s.assignsPrevious();
    length++;
  }
  step(s, length, Prev.operator, Code.operator);
}

/** `#name` */
export function privateName(s: ScanState): void {
  const end = endOfName(s.source, s.at + 1);
  if (end === s.at + 1) throw new Bail('private name');
  if (s.prev === Prev.dot) {
    s.at = end;
    s.after(Prev.operand);
  } else {
    s.literal(end);
  }
}

/** A comment, a division or a regular expression. */
export function slash(s: ScanState): void {
  const { source } = s;
  const next = source.charCodeAt(s.at + 1);
  if (next === Code.slash) {
    s.at = endOfLine(source, s.at);
    return;
  }
  if (next === Code.asterisk) {
    const end = source.indexOf('*/', s.at + 2);
    if (end < 0) throw new Bail('open comment');
    // A comment with a line end in it counts as one.
    if (!s.newline) s.newline = hasNewline(source, s.at, end);
    s.at = end + 2;
    return;
  }
  if (s.prev === Prev.operand) {
    s.endAwaits();
    if (next === Code.equals) s.assignsPrevious();
    step(s, next === Code.equals ? 2 : 1, Prev.operator, Code.operator);
    return;
  }
  // Neither a division nor an expression can begin there.
  if (s.prev === Prev.key || s.prev === Prev.dot) throw new Bail(`slash at ${s.at}`);
  s.beginOperand();
  s.at = endOfRegExp(source, s.at);
  s.after(Prev.operand);
}
