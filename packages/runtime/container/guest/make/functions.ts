import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { Failure } from '../program/run-program.ts';
import { splitArguments, stemOf, stemPattern, withStem, wordsOf } from './text.ts';
import type { Scope, Variables } from './variables.ts';

/** Gets its arguments expanded. */
type Plain = (args: readonly string[], variables: Variables, scope: Scope) => string;
/** Expands its arguments by itself, as far as it needs them. */
type Lazy = (args: readonly string[], variables: Variables, scope: Scope) => string;

/** Words in, words out: white space between them is lost, as in GNU make. */
const each = (text: string, change: (word: string) => string): string => wordsOf(text).map(change).join(' ');
/** Several patterns stand in one argument, divided by white space. */
const matchesAny = (patterns: string, word: string): boolean =>
  wordsOf(patterns).some((pattern) => stemOf(stemPattern(pattern), word) !== undefined);
/** Places count from 1; what is no number is NaN and finds nothing. */
const at = (text: string | undefined): number => Number((text ?? '').trim());

/** `dir/` of a name, `./` where it has none. */
const directoryOf = (word: string): string => (word.includes('/') ? word.slice(0, word.lastIndexOf('/') + 1) : './');
/** With its dot; a dot in a folder's name is none. */
const suffixOf = (word: string): string => /\.[^./]*$/.exec(word)?.[0] ?? '';

/** By name: how many arguments at most (a comma behind them is text), and what it does with them expanded. */
const PLAIN: Readonly<Record<string, readonly [most: number, run: Plain]>> = {
  subst: [3, ([from = '', to = '', text = '']) => (from === '' ? text + to : text.replaceAll(from, to))],
  patsubst: [
    3,
    ([from = '', to = '', text = '']) =>
      each(text, (word) => {
        const stem = stemOf(stemPattern(from.trim()), word);
        return stem === undefined ? word : withStem(to.trim(), stem);
      }),
  ],
  strip: [1, ([text = '']) => wordsOf(text).join(' ')],
  findstring: [2, ([find = '', text = '']) => (text.includes(find) ? find : '')],
  filter: [
    2,
    ([patterns = '', text = '']) =>
      wordsOf(text)
        .filter((word) => matchesAny(patterns, word))
        .join(' '),
  ],
  'filter-out': [
    2,
    ([patterns = '', text = '']) =>
      wordsOf(text)
        .filter((word) => !matchesAny(patterns, word))
        .join(' '),
  ],
  sort: [1, ([text = '']) => [...new Set(wordsOf(text))].sort().join(' ')],
  word: [2, ([index, text = '']) => wordsOf(text)[at(index) - 1] ?? ''],
  words: [1, ([text = '']) => String(wordsOf(text).length)],
  wordlist: [
    3,
    ([from, to, text = '']) =>
      wordsOf(text)
        .slice(at(from) - 1, at(to))
        .join(' '),
  ],
  firstword: [1, ([text = '']) => wordsOf(text)[0] ?? ''],
  lastword: [1, ([text = '']) => wordsOf(text).at(-1) ?? ''],
  dir: [1, ([text = '']) => each(text, directoryOf)],
  notdir: [1, ([text = '']) => each(text, (word) => word.slice(word.lastIndexOf('/') + 1))],
  suffix: [
    1,
    ([text = '']) =>
      wordsOf(text)
        .map(suffixOf)
        .filter((suffix) => suffix !== '')
        .join(' '),
  ],
  basename: [1, ([text = '']) => each(text, (word) => word.slice(0, word.length - suffixOf(word).length))],
  addsuffix: [2, ([suffix = '', text = '']) => each(text, (word) => word + suffix)],
  addprefix: [2, ([prefix = '', text = '']) => each(text, (word) => prefix + word)],
  join: [
    2,
    ([left = '', right = '']) => {
      const [a, b] = [wordsOf(left), wordsOf(right)];
      return Array.from(
        { length: Math.max(a.length, b.length) },
        (_, index) => (a[index] ?? '') + (b[index] ?? ''),
      ).join(' ');
    },
  ],
  wildcard: [
    1,
    ([text = ''], { outside }) =>
      wordsOf(text)
        .flatMap((pattern) => outside.wildcard(pattern))
        .join(' '),
  ],
  realpath: [
    1,
    ([text = '']) =>
      wordsOf(text)
        .filter((word) => existsSync(word))
        .map((word) => realpathSync(word))
        .join(' '),
  ],
  abspath: [1, ([text = '']) => each(text, (word) => resolve(word))],
  shell: [1, ([command = ''], { outside }) => outside.shell(command)],
  eval: [
    1,
    ([text = ''], { outside }) => {
      outside.evaluate(text);
      return '';
    },
  ],
  origin: [1, ([name = ''], variables, scope) => variables.find(name.trim(), scope)?.origin ?? 'undefined'],
  flavor: [
    1,
    ([name = ''], variables, scope) => {
      const found = variables.find(name.trim(), scope);
      return found === undefined ? 'undefined' : found.isSimple ? 'simple' : 'recursive';
    },
  ],
  value: [1, ([name = ''], variables, scope) => variables.find(name.trim(), scope)?.value ?? ''],
  ...Object.fromEntries(
    (['info', 'warning', 'error'] as const).map((kind) => [
      kind,
      [1, ([text = '']: readonly string[], { outside }: Variables) => (outside.say(kind, text), '')] as const,
    ]),
  ),
};

/** These decide what is expanded: the branch of `if` that is not taken must not run its $(shell). */
const LAZY: Readonly<Record<string, readonly [most: number, run: Lazy]>> = {
  if: [
    3,
    ([condition = '', yes = '', no = ''], variables, scope) =>
      variables.expand(variables.expand(condition.trim(), scope) === '' ? no : yes, scope),
  ],
  or: [
    Infinity,
    (args, variables, scope) => {
      for (const arg of args) {
        const value = variables.expand(arg.trim(), scope);
        if (value !== '') return value;
      }
      return '';
    },
  ],
  and: [
    Infinity,
    (args, variables, scope) => {
      let value = '';
      for (const arg of args) {
        value = variables.expand(arg.trim(), scope);
        if (value === '') return '';
      }
      return value;
    },
  ],
  foreach: [
    3,
    ([name = '', list = '', text = ''], variables, scope) =>
      wordsOf(variables.expand(list, scope))
        .map((value) => {
          const own = new Map([
            [variables.expand(name, scope).trim(), { value, isSimple: true, origin: 'automatic' as const }],
          ]);
          return variables.expand(text, { own, parent: scope });
        })
        .join(' '),
  ],
  call: [
    Infinity,
    (args, variables, scope) => {
      const values = args.map((arg) => variables.expand(arg, scope));
      const name = (values[0] ?? '').trim();
      // `$(call subst,…)`: built-in functions can be called so as well.
      if (isFunction(name)) return callFunction(name, values.slice(1).join(','), variables, scope);
      const own = new Map(
        values.map((value, index) => [
          String(index),
          { value: index === 0 ? name : value, isSimple: true, origin: 'automatic' as const },
        ]),
      );
      return variables.expand(variables.find(name, scope)?.value ?? '', { own, parent: scope });
    },
  ],
};

/** Whether `$(name …)` is a call. */
export const isFunction = (name: string): boolean => Object.hasOwn(PLAIN, name) || Object.hasOwn(LAZY, name);

/** GNU make, "Functions for Transforming Text". */
export function callFunction(name: string, text: string, variables: Variables, scope: Scope): string {
  const lazy = LAZY[name];
  if (lazy !== undefined) return lazy[1](splitArguments(text, lazy[0]), variables, scope);
  const plain = PLAIN[name];
  if (plain === undefined) throw new Failure(`*** unknown function '${name}'.  Stop.`, 2);
  const args = splitArguments(text, plain[0]).map((arg) => variables.expand(arg, scope));
  return plain[1](args, variables, scope);
}
