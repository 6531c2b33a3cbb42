import { Bail } from './bail.ts';
import { closeBrace, closeParen, closeSquare, openBrace, openParen, openSquare, openTemplate } from './brackets.ts';
import { Code } from './codes.ts';
import { Bracket, Declares } from './nesting.ts';
import { bang, binary, colon, dot, equals, plusMinus, privateName, question, slash } from './operators.ts';
import { Prev, type ScanState, step } from './scan-state.ts';

/** Reads the punctuator with this code, which stands at `s.at`. */
export function scanPunctuator(s: ScanState, code: number): void {
  switch (code) {
    case Code.parenOpen:
      openParen(s);
      return;
    case Code.parenClose:
      closeParen(s);
      return;
    case Code.squareOpen:
      openSquare(s);
      return;
    case Code.squareClose:
      closeSquare(s);
      return;
    case Code.braceOpen:
      openBrace(s);
      return;
    case Code.braceClose:
      closeBrace(s);
      return;
    case Code.comma:
      s.endAwaits();
      s.endArrows();
      if (s.kind === Bracket.object) s.beginMember();
      step(s, 1, Prev.operator, Code.comma);
      return;
    case Code.semicolon:
      s.endAwaits();
      s.endArrows();
      s.nest.declares[s.nest.top] = Declares.nothing;
      if (s.kind === Bracket.classBody) s.beginMember();
      step(s, 1, Prev.statement, Code.semicolon);
      return;
    case Code.dot:
      dot(s);
      return;
    case Code.colon:
      colon(s);
      return;
    case Code.equals:
      equals(s);
      return;
    case Code.question:
      question(s);
      return;
    case Code.slash:
      slash(s);
      return;
    case Code.backtick:
      openTemplate(s);
      return;
    case Code.plus:
    case Code.minus:
      plusMinus(s, code);
      return;
    case Code.bang:
    case Code.tilde:
      bang(s, code);
      return;
    case Code.hash:
      privateName(s);
      return;
    case Code.percent:
    case Code.ampersand:
    case Code.asterisk:
    case Code.less:
    case Code.greater:
    case Code.caret:
    case Code.bar:
      binary(s, code);
      return;
    default: // @ for decorators, escapes in names
      throw new Bail(`character ${code} at ${s.at}`);
  }
}
