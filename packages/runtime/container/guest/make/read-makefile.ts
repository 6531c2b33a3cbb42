import { existsSync, readFileSync, statSync } from 'node:fs';
import { Failure } from '../program/run-program.ts';
import type { RecipeLine, Rules } from './rules.ts';
import { findOutside, splitArguments, stemOf, stemPattern, withoutComment, withStem, wordsOf } from './text.ts';
import type { Variables } from './variables.ts';

const STOP = 2;
const MAX_INCLUDES = 100;
/** The longer ones first: `::=` would otherwise be read as `:` and a value. */
const OPERATOR = /^(:::?=|::?=|\?=|\+=|!=|=)/;

/** An open ifeq or its kin. `taken`: a branch of it was, so that no later `else` counts. */
interface Condition {
  readonly outerActive: boolean;
  taken: boolean;
  active: boolean;
}

/** Reads makefiles into rules and variables, line by line, as GNU make's read.c. */
export class MakefileReader {
  readonly #variables: Variables;
  readonly #rules: Rules;
  readonly #folders: readonly string[];
  readonly exported = new Set<string>();
  readonly unexported = new Set<string>();
  exportsAll = false;
  #depth = 0;
  /** What lines that begin with a tab belong to. */
  #recipes: RecipeLine[][] | undefined;

  constructor(variables: Variables, rules: Rules, folders: readonly string[]) {
    this.#variables = variables;
    this.#rules = rules;
    this.#folders = folders;
  }

  /** False where there is no such file. */
  readFile(path: string): boolean {
    const found = [path, ...this.#folders.map((folder) => `${folder}/${path}`)].find(
      (each) => existsSync(each) && statSync(each).isFile(),
    );
    if (found === undefined) return false;
    this.#variables.assign('MAKEFILE_LIST', '+=', found, 'file');
    this.read(readFileSync(found, 'utf8'), found, 1);
    return true;
  }

  read(text: string, file: string, firstLine: number): void {
    if (++this.#depth > MAX_INCLUDES)
      throw new Failure(`${file}: *** too many makefiles inside each other.  Stop.`, STOP);
    const lines = text.replaceAll('\r\n', '\n').split('\n');
    const conditions: Condition[] = [];
    // An included file begins without a target, and does not end the one that includes it.
    const outerRecipes = this.#recipes;
    this.#recipes = undefined;
    for (let at = 0; at < lines.length; at++) {
      const line = firstLine + at;
      const fail = (message: string): never => {
        throw new Failure(`${file}:${line}: *** ${message}.  Stop.`, STOP);
      };
      let raw = lines[at] ?? '';
      const isActive = conditions.at(-1)?.active ?? true;
      // A recipe's line goes to the shell with its backslash; any other is joined with one space.
      const isRecipe = raw.startsWith('\t') && this.#recipes !== undefined;
      while (/(?:^|[^\\])(?:\\\\)*\\$/.test(raw) && at + 1 < lines.length)
        raw = isRecipe
          ? `${raw}\n${(lines[++at] ?? '').replace(/^\t/, '')}`
          : `${raw.slice(0, -1).trimEnd()} ${(lines[++at] ?? '').trimStart()}`;
      if (isRecipe) {
        if (isActive) this.#addToRecipes({ text: raw.slice(1), file, line });
        continue;
      }
      // White space at the end is part of a value.
      const plain = withoutComment(raw).trimStart();
      if (plain === '') continue;
      this.#variables.place = `${file}:${line}`;
      if (this.#readCondition(plain.trimEnd(), conditions, fail)) continue;
      if (!isActive) continue;
      const [, defined, operator = '='] =
        /^(?:override\s+)?define\s+(\S+)\s*(=|:=|::=|\+=|\?=)?$/.exec(plain.trimEnd()) ?? [];
      if (defined !== undefined) {
        const body: string[] = [];
        // A define may hold others: only its own endef ends it.
        for (let depth = 1; ;) {
          const next = lines[++at];
          if (next === undefined) return fail("missing 'endef', unterminated 'define'");
          if (/^\s*define\b/.test(next)) depth++;
          if (/^\s*endef\b/.test(next) && --depth === 0) break;
          body.push(next);
        }
        this.#variables.assign(this.#variables.expand(defined), operator, body.join('\n'), 'file');
        continue;
      }
      try {
        if (raw.startsWith('\t') && this.#recipes === undefined && findOutside(plain, ':=') === -1)
          fail('recipe commences before first target');
        this.#readLine(plain, raw, file, line, fail);
      } catch (error) {
        // What a text's expansion says of itself gets its place here.
        if (error instanceof Failure && error.message.startsWith('***'))
          throw new Failure(`${file}:${line}: ${error.message}`, error.status, { cause: error });
        throw error;
      }
    }
    if (conditions.length > 0)
      throw new Failure(`${file}:${firstLine + lines.length - 1}: *** missing 'endif'.  Stop.`, STOP);
    this.#recipes = outerRecipes;
    this.#depth--;
  }

  #addToRecipes(line: RecipeLine): void {
    for (const recipe of this.#recipes ?? []) recipe.push(line);
  }

  /** ifeq, ifneq, ifdef, ifndef, else, endif. */
  #readCondition(plain: string, conditions: Condition[], fail: (message: string) => never): boolean {
    const [, word = '', rest = ''] = /^(ifn?eq|ifn?def|else|endif)\b\s*(.*)$/.exec(plain) ?? [];
    if (word === '') return false;
    const current = conditions.at(-1);
    if (word === 'endif') {
      if (conditions.pop() === undefined) fail("extraneous 'endif'");
    } else if (word === 'else') {
      if (current === undefined) return fail("extraneous 'else'");
      const isWanted = current.outerActive && !current.taken;
      current.active = isWanted && (rest === '' || this.#holds(rest, fail));
      current.taken ||= current.active;
    } else {
      const outerActive = current?.active ?? true;
      const active = outerActive && this.#holds(plain, fail);
      conditions.push({ outerActive, taken: active, active });
    }
    return true;
  }

  /** ifdef looks at the value unexpanded: a variable whose text is only a reference to nothing counts as defined. */
  #holds(text: string, fail: (message: string) => never): boolean {
    const [, word = '', rest = ''] = /^(ifn?eq|ifn?def)\b\s*(.*)$/.exec(text) ?? [];
    if (word === 'ifdef' || word === 'ifndef') {
      const found = this.#variables.find(this.#variables.expand(rest).trim());
      return (found !== undefined && found.value !== '') === (word === 'ifdef');
    }
    const [, left, right] =
      /^"([^"]*)"\s*"([^"]*)"$|^'([^']*)'\s*'([^']*)'$/.exec(rest)?.filter((part) => part !== undefined) ?? [];
    const parts =
      left !== undefined && right !== undefined
        ? [left, right]
        : /^\(.*\)$/.test(rest)
          ? splitArguments(rest.slice(1, -1), 2)
          : undefined;
    const [a, b] = parts ?? fail('invalid syntax in conditional');
    const isSame = this.#variables.expand((a ?? '').trim()) === this.#variables.expand((b ?? '').trim());
    return isSame === (word === 'ifeq');
  }

  /**
   * Everything but recipes, conditions and define; `export`, `override` and `private` may stand before an
   * assignment.
   */
  #readLine(plain: string, raw: string, file: string, line: number, fail: (message: string) => never): void {
    const [, include, names = ''] = /^(-?include|sinclude)\s+(.*)$/.exec(plain) ?? [];
    if (include !== undefined) {
      for (const name of wordsOf(this.#variables.expand(names)))
        if (!this.readFile(name) && include === 'include')
          throw new Failure(
            `${file}:${line}: ${name}: No such file or directory\nmake: *** No rule to make target '${name}'.  Stop.`,
            STOP,
          );
      return;
    }
    if (/^vpath\b/.test(plain)) fail('vpath is not supported here');
    let rest = plain;
    let origin: 'file' | 'override' = 'file';
    let exporting: Set<string> | undefined;
    for (;;) {
      const [word = ''] = /^(?:export|unexport|override|private)\b/.exec(rest) ?? [];
      // `export:` is a rule.
      if (word === '' || /^\w+\s*:(?!:?=)/.test(rest)) break;
      rest = rest.slice(word.length).trim();
      if (word === 'override') origin = 'override';
      else if (word !== 'private') exporting = word === 'export' ? this.exported : this.unexported;
    }
    const assigned = this.#readAssignment(rest, origin);
    if (assigned !== undefined) {
      exporting?.add(assigned);
      return;
    }
    if (exporting !== undefined) {
      const list = wordsOf(this.#variables.expand(rest));
      // `export` alone is all variables.
      if (list.length === 0) this.exportsAll = exporting === this.exported;
      for (const name of list) exporting.add(name);
      return;
    }
    if (/^undefine\b/.test(plain)) {
      this.#variables.global.own.delete(this.#variables.expand(plain.slice(8)).trim());
      return;
    }
    this.#readRule(plain, raw, file, line, fail);
  }

  /** The variable's name, or undefined where the line is no assignment. */
  #readAssignment(text: string, origin: 'file' | 'override'): string | undefined {
    const at = findOutside(text, ':=?+!');
    if (at <= 0) return undefined;
    // `?`, `+` and `!` are part of names unless `=` follows.
    const start = /^[?+!](?!=)/.test(text.slice(at)) ? text.slice(at).search(/[:=]/) + at : at;
    const operator = OPERATOR.exec(text.slice(start < at ? at : start))?.[1];
    if (operator === undefined) return undefined;
    const begin = start < at ? at : start;
    const name = this.#variables.expand(text.slice(0, begin)).trim();
    if (/\s/.test(name)) return undefined;
    this.#variables.assign(name, operator, text.slice(begin + operator.length).trimStart(), origin);
    return name;
  }

  /**
   * Targets, prerequisites and a first line of recipe behind `;`; also variables of targets, which look alike
   * up to the operator.
   */
  #readRule(plain: string, raw: string, file: string, line: number, fail: (message: string) => never): void {
    // Outside of $(…): a reference may hold colons of its own (`$(SRC:.c=.o)`).
    const colon = findOutside(plain, ':');
    if (colon === -1) {
      const expanded = this.#variables.expand(plain);
      if (expanded.trim() === '') return;
      // A variable may hold a whole rule or assignment, as $(eval) and $(foreach) make them.
      if (findOutside(expanded, ':=') !== -1) return this.#readLine(expanded, expanded, file, line, fail);
      return fail(
        raw.startsWith('        ') ? 'missing separator (did you mean TAB instead of 8 spaces?)' : 'missing separator',
      );
    }
    const targets = wordsOf(this.#variables.expand(plain.slice(0, colon))).flatMap((word) => this.#globbed(word));
    const isDoubleColon = plain[colon + 1] === ':';
    let rest = plain.slice(colon + (isDoubleColon ? 2 : 1));
    // `target: NAME = value`, a variable of the target and no rule.
    const variable =
      /^\s*(?:export\s+|override\s+|private\s+)*([^\s:=?+!#;]+)\s*(:::?=|::?=|\?=|\+=|!=|=)\s*(.*)$/.exec(rest);
    const semicolon = findOutside(rest, ';');
    if (variable !== null && (semicolon === -1 || semicolon > rest.indexOf(variable[2] ?? '='))) {
      const [, name = '', operator = '=', text = ''] = variable;
      const origin = /\boverride\b/.test(rest) ? 'override' : 'file';
      if (/^\s*export\b/.test(rest)) this.exported.add(name);
      for (const target of targets)
        this.#rules.targetVariables.push({ pattern: stemPattern(target), name, operator, text, origin });
      this.#recipes = undefined;
      return;
    }
    const recipe: RecipeLine[] = [];
    // In a recipe `#` is the shell's.
    const command = findOutside(raw, ';#');
    if (raw[command] === ';') recipe.push({ text: raw.slice(command + 1).trim(), file, line });
    if (semicolon !== -1) rest = rest.slice(0, semicolon);
    // Two colons apart: a static pattern rule, `targets: pattern: prerequisites`.
    const parts = this.#variables.expand(rest).split(/:(?!=)/);
    const [pattern, list] = parts.length > 1 ? [parts[0]?.trim(), parts.slice(1).join(':')] : [undefined, parts[0]];
    const [needs = '', orderOnly = ''] = (list ?? '').split('|');
    this.#addRules(targets, pattern, wordsOf(needs), wordsOf(orderOnly), recipe, isDoubleColon, fail);
  }

  /**
   * With `%` among the targets it is a pattern rule; with a pattern of its own (`a.o b.o: %.o: %.c`) a rule
   * for each target.
   */
  #addRules(
    targets: readonly string[],
    pattern: string | undefined,
    needs: readonly string[],
    orderOnly: readonly string[],
    recipe: RecipeLine[],
    isDoubleColon: boolean,
    fail: (message: string) => never,
  ): void {
    const globbed = (words: readonly string[]): string[] => words.flatMap((word) => this.#globbed(word));
    if (pattern === undefined && targets.some((target) => target.includes('%'))) {
      this.#rules.patterns.push({ targets, needs, orderOnly, recipe });
      this.#recipes = [recipe];
      return;
    }
    // Each target has a recipe of its own, to which the lines that follow are added.
    this.#recipes = targets.map((target) => {
      const stem = pattern === undefined ? undefined : stemOf(stemPattern(pattern), target);
      if (pattern !== undefined && stem === undefined) fail(`target '${target}' doesn't match the target pattern`);
      const fill = (words: readonly string[]): string[] =>
        globbed(stem === undefined ? words : words.map((word) => withStem(word, stem)));
      const own = [...recipe];
      this.#rules.add({ target, needs: fill(needs), orderOnly: fill(orderOnly), recipe: own, stem, isDoubleColon });
      return own;
    });
  }

  /** A pattern that matches nothing stays as it is, as in GNU make, and `./` before a name is no part of it. */
  #globbed(word: string): string[] {
    if (!/[*?[]/.test(word)) return [word.replace(/^(?:\.\/)+(?=.)/, '')];
    const found = this.#variables.outside.wildcard(word);
    return found.length === 0 ? [word] : found;
  }
}
