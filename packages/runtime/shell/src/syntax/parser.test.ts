import { describe, expect, it } from 'vitest';
import type { Command, Word, WordPart } from './ast.ts';
import { Parser, parseAll, type ParserOptions } from './parser.ts';
import { ShellSyntaxError } from './syntax-error.ts';

/** The tree in short: what a table can hold. */
const part = (p: WordPart): string => {
  switch (p.kind) {
    case 'text':
      return p.text;
    case 'quoted':
      return `'${p.text}'`;
    case 'double':
      return `"${word(p.parts)}"`;
    case 'bad':
      return '${bad}';
    case 'length':
      return `\${#${p.name}}`;
    case 'parameter':
      return `\${${p.name}${p.operator ?? ''}${p.word === undefined ? '' : word(p.word)}}`;
    case 'substitution':
      return `$(${list(p.body)})`;
    case 'arithmetic':
      return `$((${word(p.expression)}))`;
  }
};
const word = (w: Word): string => w.map(part).join('·');
const list = (commands: readonly Command[]): string => commands.map(command).join('; ');
const command = (c: Command): string => {
  switch (c.kind) {
    case 'simple':
      return [
        ...c.assignments.map((a) => `${a.name}${a.append === true ? '+' : ''}=${word(a.value)}`),
        ...c.words.map(word),
        ...c.redirects.map((r) => `${r.fd}${r.operator}${word(r.target)}`),
      ].join(' ');
    case 'pipeline':
      return `${c.negated ? '! ' : ''}(${c.stages.map(command).join(' | ')})`;
    case 'and':
      return `(${command(c.left)} && ${command(c.right)})`;
    case 'or':
      return `(${command(c.left)} || ${command(c.right)})`;
    case 'background':
      return `bg[${command(c.command)}]`;
    case 'group':
      return `{${list(c.body)}}`;
    case 'subshell':
      return `sub(${list(c.body)})`;
    case 'if':
      return `if[${list(c.condition)}][${list(c.then)}][${list(c.otherwise)}]`;
    case 'while':
    case 'until':
      return `${c.kind}[${list(c.condition)}][${list(c.body)}]`;
    case 'for':
      return `for ${c.variable}${c.words === undefined ? '' : ` in ${c.words.map(word).join(' ')}`}[${list(c.body)}]`;
    case 'case':
      return `case ${word(c.subject)}${c.items.map((item) => ` ${item.patterns.map(word).join('|')}[${list(item.body)}]`).join('')}`;
    case 'function':
      return `${c.name}()${command(c.body)}`;
    case 'condition':
      return `[[${JSON.stringify(c.test)}]]`;
    case 'redirected':
      return `${command(c.command)} ${c.redirects.map((r) => `${r.fd}${r.operator}${word(r.target)}`).join(' ')}`;
  }
};
const show = (text: string, options: ParserOptions = {}): string => list(parseAll(text, options));

describe('the parser', () => {
  it.each([
    ['a b  c', 'a b c'],
    ['a \'b c\' "d $e"', `a 'b c' "'d '·\${e}"`],
    ['a\\ b', "a·' '·b"],
    ['x=1 y="2" cmd x=3', `x=1 y="'2'" cmd x=3`],
    ['a | b && c || d; e &', '(((a | b) && c) || d); bg[e]'],
    ['! a | b', '! (a | b)'],
    ['{ a; b; }; (c; d)', '{a; b}; sub(c; d)'],
    ['if a; then b; elif c; then d; else e; fi', 'if[a][b][if[c][d][e]]'],
    ['while a; do b; done; until c; do d; done', 'while[a][b]; until[c][d]'],
    ['for i in a b; do c; done; for j do d; done', 'for i in a b[c]; for j[d]'],
    ['case $x in a|b) c;; (*) d; esac', 'case ${x} a|b[c] *[d]'],
    ['f() { a; }; g() (b)', 'f(){a}; g()sub(b)'],
    ['a >b 2>&1 <c >>d 3<>e 2>|f', 'a 1>b 2>&1 0<c 1>>d 3<>e 2>|f'],
    ['{ a; } > b 2>&1', '{a} 1>b 2>&1'],
    ['a 2 >b', 'a 2 1>b'],
    ['cat <<E\nx $y\nE\nb', "cat 0<<'x '·${y}·'\n'; b"],
    ["cat <<'E'\nx $y\nE", "cat 0<<'x $y\n'"],
    ['cat <<A <<B\n1\nA\n2\nB', "cat 0<<'1\n' 0<<'2\n'"],
    ['echo ${x:-a b} ${x##*/} ${#x} ${#}', 'echo ${x:-a b} ${x##*/} ${#x} ${#}'],
    ['echo "${x:-"a"}" "${y#\'z\'}"', `echo "\${x:-"'a'"}" "\${y#'z'}"`],
    ['echo $(a $(b)) `c \\`d\\``', 'echo $(a $(b)) $(c $(d))'],
    ['echo $((1 + $x * (2)))', "echo $(('1 + '·${x}·' * (2)'))"],
    ['echo $( (a) )', 'echo $(sub(a))'],
    ['echo $$ $? $1x $10 ${10}', 'echo ${$} ${?} ${1}·x ${1}·0 ${10}'],
    ['echo ${x!y} ${a[@]} "${}" ${x@Q "}" z}', 'echo ${bad} ${bad} "${bad}" ${bad}'],
    ['a # c\nb#c', 'a; b#c'],
    ['a \\\n b', 'a b'],
    ['echo if then fi', 'echo if then fi'],
    ['"if" a', `"'if'" a`],
  ])('reads %j', (text, tree) => {
    expect(show(text)).toBe(tree);
  });

  it.each([
    ['fi', '"fi" unexpected'],
    ['if a; then', 'end of file unexpected'],
    ['if a; fi', '"fi" unexpected (expecting "then")'],
    ["echo 'a", 'Unterminated quoted string'],
    ['a | | b', '"|" unexpected'],
    ['a &&', 'end of file unexpected'],
    ['(a', 'end of file unexpected (expecting ")")'],
    ['a )', '")" unexpected'],
    ['for 1 in a; do b; done', 'Bad for loop variable'],
    ['$x() { a; }', 'Bad function name'],
    ['a > ;', '";" unexpected'],
    ['echo ${x', "Missing '}'"],
    ['a\n\n)', '")" unexpected'],
  ])('refuses %j', (text, message) => {
    expect(() => parseAll(text)).toThrow(new ShellSyntaxError(1, message).message);
  });

  it('says where the error is and whether more text would help', () => {
    const failure = (text: string): ShellSyntaxError => {
      try {
        parseAll(text, { partial: true });
      } catch (error) {
        return error as ShellSyntaxError;
      }
      throw new Error('parsed');
    };
    expect(failure('a\nb\nfi')).toMatchObject({ line: 3, incomplete: false });
    for (const text of [
      'if a',
      'echo "x',
      'cat <<E\nx',
      'a |',
      'echo $(b',
      '{ a;',
      'case x in',
      'f() {',
      'echo ${a',
      'echo $((1+',
      'for i in a',
    ])
      expect(failure(text)).toMatchObject({ incomplete: true });
  });

  it('gives one command line at a time, so that a wrong one later does not stop the first', () => {
    const parser = new Parser('a\nb; c\n)');
    expect(list(parser.next() ?? [])).toBe('a');
    expect(list(parser.next() ?? [])).toBe('b; c');
    expect(() => parser.next()).toThrow('")" unexpected');
  });

  it('puts aliases in place of command words, once', () => {
    const aliases = new Map([
      ['ll', 'ls -l'],
      ['ls', 'ls -F'],
      ['sudo', 'env '],
      ['b', 'if'],
      ['two', 'a; b2'],
    ]);
    expect(show('ll x; echo ll', { aliases })).toBe('ls -F -l x; echo ll');
    expect(show('sudo ll', { aliases })).toBe('env ls -F -l');
    expect(show('b x; then y; fi; two z', { aliases })).toBe('if[x][y][]; a; b2 z');
    expect(show("'ll' \\ll", { aliases })).toBe("'ll' 'l'·l");
  });

  it('knows more in bash and jsh', () => {
    const options = { dialect: 'extended' } as const;
    expect(show("a &> f; b <<< w; echo $'\\t\\x41'; x+=1; function g { h; }; i |& j", options)).toBe(
      "a 1>f 2>&1; b 0<<\"w\"·'\n'; echo '\tA'; x+=1; g(){h}; (i 2>&1 | j)",
    );
  });

  it('ends nesting before the stack does', () => {
    expect(() => parseAll(`${'('.repeat(5000)}a${')'.repeat(5000)}`)).toThrow('Too deeply nested');
    expect(() => parseAll(`echo ${'$('.repeat(5000)}`)).toThrow('Too deeply nested');
    expect(() => parseAll(`echo ${'${x:-'.repeat(5000)}`)).toThrow('Too deeply nested');
    expect(() => parseAll(`${'if '.repeat(5000)}`)).toThrow('Too deeply nested');
  });
});
