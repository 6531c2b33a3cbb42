/**
 * Import and export declarations: read whole at the place where they stand,
 * blanked in the text, noted in the tables.
 */
import { Bail } from './bail.ts';
import { Code } from './codes.ts';
import type { EditList } from './edit-list.ts';
import { endOfName, endOfString, hasNewline, isWord, skipBlanks, startsName, stringValue } from './lookahead.ts';
import type { HelperNames } from './names.ts';
import { TableBuilder } from './table-builder.ts';
import { EVALUATION_PHASE, NAMESPACE, SOURCE, SOURCE_PHASE } from './tables.ts';

/** What follows an `export` whose declaration stays in the text. */
export type ExportedDeclaration =
  | { readonly kind: 'none'; readonly end: number }
  /** `export let …`: go on at `end`, the names come one by one. */
  | { readonly kind: 'variables'; readonly end: number; readonly constant: boolean }
  /** `export function f`: go on at `end` with a statement; `anonymous` wants the default's hidden name. */
  | { readonly kind: 'declaration'; readonly end: number; readonly anonymous: boolean }
  /** `export default <expression>`: go on at `end` with an operand. */
  | { readonly kind: 'expression'; readonly end: number };

type Name = readonly [value: string, end: number];

/** Reads `import` and `export`, and blanks them. */
export class ModuleDeclarations {
  readonly #source: string;
  readonly #edits: EditList;
  readonly #names: HelperNames;
  readonly builder = new TableBuilder();
  readonly #listed: string[] = [];

  constructor(source: string, edits: EditList, names: HelperNames) {
    this.#source = source;
    this.#edits = edits;
    this.#names = names;
  }

  /** An `import` declaration starting at `start`; returns its end. */
  readImport(start: number): number {
    const source = this.#source;
    let at = skipBlanks(source, start + 6);
    if (isQuote(source.charCodeAt(at))) {
      const [, end] = this.#readRequest(at, EVALUATION_PHASE);
      // `;` in its place: what stood before may have relied on the end of the statement.
      this.#edits.blank(start, end, ';');
      return end;
    }
    const names: [name: string, local: string][] = [];
    let phase = EVALUATION_PHASE;
    if (startsName(source, at)) {
      let end = endOfName(source, at);
      let local = source.slice(at, end);
      at = skipBlanks(source, end);
      // `import source x from`, but `import source from` is an ordinary default import.
      if ((local === 'source' || local === 'defer') && startsName(source, at)) {
        // `import source from from 'x'` has a source called "from".
        const isBinding = isWord(source, at, 'from') && !isWord(source, skipBlanks(source, at + 4), 'from');
        if (!isBinding) {
          if (local === 'defer') throw new Bail('import defer');
          phase = SOURCE_PHASE;
          end = endOfName(source, at);
          local = source.slice(at, end);
          at = skipBlanks(source, end);
        }
      }
      names.push([phase === SOURCE_PHASE ? SOURCE : 'default', local]);
      if (source[at] === ',') at = skipBlanks(source, at + 1);
    }
    if (source[at] === '{') {
      const [pairs, end] = this.#readPairs(at);
      for (const pair of pairs) names.push(pair);
      at = skipBlanks(source, end);
    } else if (source[at] === '*') {
      at = this.#skipWord(skipBlanks(source, at + 1), 'as');
      const end = endOfName(source, at);
      names.push([NAMESPACE, source.slice(at, end)]);
      at = skipBlanks(source, end);
    }
    const [request, end] = this.#readRequest(this.#skipWord(at, 'from'), phase);
    for (const [name, local] of names) this.builder.imports.push([request, name, local]);
    this.#edits.blank(start, end, ';');
    return end;
  }

  /** An `export` declaration starting at `start`. */
  readExport(start: number): ExportedDeclaration {
    const source = this.#source;
    const at = skipBlanks(source, start + 6);
    if (source[at] === '{') return this.#readExportList(start, at);
    if (source[at] === '*') return this.#readExportStar(start, at);
    if (isWord(source, at, 'default')) return this.#readDefault(start, skipBlanks(source, at + 7));
    // `export let` is read by the scanner: its initializers are code.
    const variables = ['const', 'let', 'var'].find((word) => isWord(source, at, word));
    // Blanks, not `;`: the declaration goes on.
    this.#edits.blank(start, at);
    if (variables !== undefined) return { kind: 'variables', end: at, constant: variables === 'const' };
    const nameAt = this.#skipDeclarationHead(at);
    if (nameAt === undefined || !startsName(source, nameAt)) throw new Bail('export of something unknown');
    const name = source.slice(nameAt, endOfName(source, nameAt));
    this.builder.export(name, name, false);
    return { kind: 'declaration', end: at, anonymous: false };
  }

  /** A name declared by `export const|let|var`. */
  exportVariable(name: string, constant: boolean): void {
    this.builder.export(name, name, constant);
  }

  /** `export const { a, b: [c] } = …`: the pattern's text without its default values. */
  exportPattern(text: string, constant: boolean): void {
    // Defaults and computed keys hold expressions: those patterns go to the parser.
    if (!/^[\p{ID_Continue}$\s,:{}[\].]*$/u.test(text)) throw new Bail('exported pattern');
    for (const match of text.matchAll(/[\p{ID_Start}$_][\p{ID_Continue}$]*(?!\s*:)(?![\p{ID_Continue}$])/gu))
      this.exportVariable(match[0], constant);
  }

  /** True when every name of an export list is imported or among the declared ones. */
  namesOnly(declared: ReadonlySet<string>): boolean {
    if (this.#listed.length === 0) return true;
    const imported = new Set(this.builder.imports.map(([, , local]) => local));
    return this.#listed.every((name) => declared.has(name) || imported.has(name));
  }

  #readExportList(start: number, at: number): ExportedDeclaration {
    const source = this.#source;
    const [pairs, end] = this.#readPairs(at);
    const next = skipBlanks(source, end);
    if (isWord(source, next, 'from')) {
      const [request, requestEnd] = this.#readRequest(skipBlanks(source, next + 4), EVALUATION_PHASE);
      for (const [name, exported] of pairs) this.builder.indirect.push([exported, request, name]);
      return this.#gone(start, requestEnd);
    }
    for (const [local, exported] of pairs) {
      this.builder.export(exported, local, false);
      this.#listed.push(local);
    }
    return this.#gone(start, source[next] === ';' ? next + 1 : end);
  }

  /** `export * from`, or `export * as a from`, which is an indirect export of a namespace. */
  #readExportStar(start: number, star: number): ExportedDeclaration {
    const source = this.#source;
    let at = skipBlanks(source, star + 1);
    let exported: string | undefined;
    if (isWord(source, at, 'as')) {
      const [name, end] = this.#readName(skipBlanks(source, at + 2));
      exported = name;
      at = skipBlanks(source, end);
    }
    const [request, end] = this.#readRequest(this.#skipWord(at, 'from'), EVALUATION_PHASE);
    if (exported === undefined) this.builder.stars.push(request);
    else this.builder.indirect.push([exported, request, NAMESPACE]);
    return this.#gone(start, end);
  }

  #readDefault(start: number, at: number): ExportedDeclaration {
    const source = this.#source;
    const nameAt = this.#skipDeclarationHead(at);
    if (nameAt === undefined) {
      // `export default` is longer than what replaces it: the rest of the line keeps its columns.
      const declaration = `const ${this.#names.defaultExport}=`;
      this.#edits.blank(start, at, declaration);
      this.builder.export('default', this.#names.defaultExport, true);
      this.builder.anonymousDefault = 'value';
      return { kind: 'expression', end: at };
    }
    this.#edits.blank(start, at);
    const isAnonymous = !startsName(source, nameAt) || isWord(source, nameAt, 'extends');
    if (isAnonymous) {
      const isClass = isWord(source, at, 'class');
      this.builder.anonymousDefault = isClass ? 'value' : 'function';
      this.builder.export('default', this.#names.defaultExport, true);
      // The name is written in where the declaration is read: see `ScanState.nameDefault`.
      return { kind: 'declaration', end: at, anonymous: true };
    }
    this.builder.export('default', source.slice(nameAt, endOfName(source, nameAt)), false);
    return { kind: 'declaration', end: at, anonymous: false };
  }

  /** Where the name stands in `[async] function [*] name` or `class name`; `undefined` for anything else. */
  #skipDeclarationHead(at: number): number | undefined {
    const source = this.#source;
    if (isWord(source, at, 'class')) return skipBlanks(source, at + 5);
    if (isWord(source, at, 'async')) {
      const next = skipBlanks(source, at + 5);
      if (!isWord(source, next, 'function') || hasNewline(source, at, next)) return undefined;
      return this.#skipStar(skipBlanks(source, next + 8));
    }
    return isWord(source, at, 'function') ? this.#skipStar(skipBlanks(source, at + 8)) : undefined;
  }

  #skipStar(at: number): number {
    return this.#source[at] === '*' ? skipBlanks(this.#source, at + 1) : at;
  }

  #gone(start: number, end: number): ExportedDeclaration {
    this.#edits.blank(start, end, ';');
    return { kind: 'none', end };
  }

  #skipWord(at: number, word: string): number {
    if (!isWord(this.#source, at, word)) throw new Bail(`no "${word}"`);
    return skipBlanks(this.#source, at + word.length);
  }

  #readName(at: number): Name {
    const source = this.#source;
    if (isQuote(source.charCodeAt(at))) {
      const end = endOfString(source, at);
      return [stringValue(source, at, end), end];
    }
    if (!startsName(source, at)) throw new Bail('no name');
    const end = endOfName(source, at);
    return [source.slice(at, end), end];
  }

  /** `{ a, b as c, "d" as e }` at `at`. */
  #readPairs(at: number): [pairs: [string, string][], end: number] {
    const source = this.#source;
    const pairs: [string, string][] = [];
    let next = skipBlanks(source, at + 1);
    while (source[next] !== '}') {
      const [name, end] = this.#readName(next);
      next = skipBlanks(source, end);
      let other = name;
      // `{ as }`, `{ as as b }`, `{ as as as }`: only what follows tells which `as` is the word.
      if (
        isWord(source, next, 'as') &&
        source[skipBlanks(source, next + 2)] !== ',' &&
        source[skipBlanks(source, next + 2)] !== '}'
      ) {
        const [renamed, renamedEnd] = this.#readName(skipBlanks(source, next + 2));
        other = renamed;
        next = skipBlanks(source, renamedEnd);
      }
      pairs.push([name, other]);
      if (source[next] === ',') next = skipBlanks(source, next + 1);
      else if (source[next] !== '}') throw new Bail('list of names');
    }
    return [pairs, next + 1];
  }

  /** `'specifier' [with {…}] [;]` at `at`. */
  #readRequest(at: number, phase: number): [request: number, end: number] {
    const source = this.#source;
    if (!isQuote(source.charCodeAt(at))) throw new Bail('no specifier');
    let end = endOfString(source, at);
    const specifier = stringValue(source, at, end);
    const attributes: Record<string, string> = {};
    let next = skipBlanks(source, end);
    if (isWord(source, next, 'with')) {
      next = skipBlanks(source, next + 4);
      if (source[next] !== '{') throw new Bail('attributes');
      next = skipBlanks(source, next + 1);
      while (source[next] !== '}') {
        const [key, keyEnd] = this.#readName(next);
        next = skipBlanks(source, keyEnd);
        if (source[next] !== ':') throw new Bail('attribute');
        next = skipBlanks(source, next + 1);
        if (!isQuote(source.charCodeAt(next)) || Object.hasOwn(attributes, key)) throw new Bail('attribute');
        const valueEnd = endOfString(source, next);
        attributes[key] = stringValue(source, next, valueEnd);
        next = skipBlanks(source, valueEnd);
        if (source[next] === ',') next = skipBlanks(source, next + 1);
        else if (source[next] !== '}') throw new Bail('attributes');
      }
      end = next + 1;
      next = skipBlanks(source, end);
    }
    // As a line end ends any statement (ECMA-262, 12.10); a `}` ends what cannot hold a declaration.
    if (source[next] === ';') end = next + 1;
    else if (!hasNewline(source, end, next) && next < source.length && source[next] !== '}')
      throw new Bail('no end of declaration');
    return [this.builder.request(specifier, attributes, phase), end];
  }
}

function isQuote(code: number): boolean {
  return code === Code.doubleQuote || code === Code.singleQuote;
}
