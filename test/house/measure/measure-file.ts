/**
 * What one file shows, read from its syntax tree: a regular expression would
 * take a brace in a string for a block. The parser is oxc, as it comes with
 * Vite's bundler, the one that TypeScript 7 leaves a program to use.
 */
import { parseSync, Visitor } from 'rolldown/utils';

/** A comment: one block, or the run of line comments that stand below each other. */
export interface Comment {
  readonly line: number;
  readonly text: string;
}

/** A function of any kind and the lines from its first to its last. */
export interface MeasuredFunction {
  readonly name: string;
  readonly line: number;
  readonly lines: number;
}

/** An import or re-export of another file. */
export interface Arrow {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

/** What is counted in one file. */
export interface FileFacts {
  readonly lines: number;
  /** Lines that a comment is on, alone or beside code. */
  readonly commentLines: number;
  readonly wideLines: number;
  readonly comments: readonly Comment[];
  readonly functions: readonly MeasuredFunction[];
  readonly anys: number;
  readonly catches: number;
  /** Catches whose block has no statement; a comment alone handles nothing. */
  readonly emptyCatches: number;
  /** `let` and `var` at the top of the module: state that nobody owns. */
  readonly topLevelLets: number;
  readonly exports: number;
  /** Names that are exported without a block comment right above them. */
  readonly bareExports: readonly string[];
  readonly arrows: readonly Arrow[];
}

/** The widest line that counts as readable. */
export const WIDEST_LINE = 120;

/** Measures one file, or says why it cannot be parsed. */
export function measureFile(path: string, text: string): FileFacts {
  const { program, comments, errors, module } = parseSync(path, text, { lang: langOf(path) });
  if (errors.length > 0) throw new Error(`Cannot parse "${path}": ${errors[0]?.message ?? 'unknown'}`);
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const lineOf = lineFinder(text);
  const tree = measureSyntax(program, lineOf);
  const documented = docEnds(text, comments);
  const exported = exportedNames(program, documented);
  const commented = new Set<number>();
  for (const comment of comments) {
    for (let line = lineOf(comment.start); line <= lineOf(comment.end); line++) commented.add(line);
  }
  return {
    lines: lines.length,
    commentLines: commented.size,
    wideLines: lines.filter((line) => line.length > WIDEST_LINE).length,
    comments: joinComments(comments, lineOf),
    ...tree,
    topLevelLets: program.body.filter((node) => {
      const inner = node.type === 'ExportNamedDeclaration' ? node.declaration : node;
      return inner?.type === 'VariableDeclaration' && (inner.kind === 'let' || inner.kind === 'var') && !inner.declare;
    }).length,
    exports: exported.size,
    bareExports: [...exported].filter(([, isDocumented]) => !isDocumented).map(([name]) => name),
    arrows: arrowsOf(module),
  };
}

type Parsed = ReturnType<typeof parseSync>;
type Program = Parsed['program'];
type Statement = Program['body'][number];

function langOf(path: string): 'js' | 'jsx' | 'ts' | 'tsx' {
  if (path.endsWith('.tsx')) return 'tsx';
  return /\.[mc]?ts$/.test(path) ? 'ts' : 'jsx';
}

/** From an offset to its line, counted from 1, by bisection. */
function lineFinder(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
}

function measureSyntax(
  program: Program,
  lineOf: (offset: number) => number,
): Pick<FileFacts, 'functions' | 'anys' | 'catches' | 'emptyCatches'> {
  const functions: MeasuredFunction[] = [];
  const names = new Map<number, string>();
  let [anys, catches, emptyCatches] = [0, 0, 0];
  const measure = (node: { start: number; end: number; id?: { name: string } | null }): void => {
    const line = lineOf(node.start);
    const name = node.id?.name ?? names.get(node.start) ?? 'a function without a name';
    functions.push({ name, line, lines: lineOf(node.end) - line + 1 });
  };
  const remember = (key: { type: string; start: number; end: number; name?: unknown }, value: unknown): void => {
    if (typeof value === 'object' && value !== null && 'start' in value && typeof key.name === 'string') {
      names.set(Number(value.start), key.name);
    }
  };
  new Visitor({
    VariableDeclarator: (node) => remember(node.id, node.init),
    Property: (node) => remember(node.key, node.value),
    PropertyDefinition: (node) => remember(node.key, node.value),
    MethodDefinition: (node) => remember(node.key, node.value),
    FunctionDeclaration: measure,
    FunctionExpression: measure,
    ArrowFunctionExpression: measure,
    TSAnyKeyword: () => void anys++,
    CatchClause: (node) => {
      catches++;
      if (node.body.body.length === 0) emptyCatches++;
    },
  }).visit(program);
  return { functions, anys, catches, emptyCatches };
}

/** Offsets at which something begins that has a block comment right above it. */
function docEnds(text: string, comments: Parsed['comments']): ReadonlySet<number> {
  const begins = new Set<number>();
  for (const comment of comments) {
    if (comment.type !== 'Block') continue;
    begins.add(comment.end + (/^\s*/.exec(text.slice(comment.end))?.[0].length ?? 0));
  }
  return begins;
}

/** Names that the file itself declares and exports, with whether a sentence stands above. Overloads are one name. */
function exportedNames(program: Program, documented: ReadonlySet<number>): Map<string, boolean> {
  const declared = new Map<string, boolean>();
  const exported = new Map<string, boolean>();
  const add = (to: Map<string, boolean>, name: string, isDocumented: boolean): void => {
    to.set(name, isDocumented || (to.get(name) ?? false));
  };
  for (const statement of program.body) {
    const isDocumented = documented.has(statement.start);
    if (statement.type === 'ExportDefaultDeclaration') add(exported, 'default', isDocumented);
    else if (statement.type === 'ExportNamedDeclaration' && statement.declaration) {
      for (const name of namesOf(statement.declaration)) add(exported, name, isDocumented);
    } else for (const name of namesOf(statement)) add(declared, name, isDocumented);
  }
  for (const statement of program.body) {
    if (statement.type !== 'ExportNamedDeclaration' || statement.source !== null) continue;
    for (const { local } of statement.specifiers) {
      const name = 'name' in local ? local.name : local.value;
      // What was imported has its sentence where it is declared.
      if (declared.has(name)) add(exported, name, declared.get(name) ?? false);
    }
  }
  return exported;
}

function namesOf(statement: Statement): string[] {
  if (statement.type === 'VariableDeclaration') {
    return statement.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : ['a pattern']));
  }
  if ('id' in statement && statement.id !== null && 'name' in statement.id) return [statement.id.name];
  return [];
}

function joinComments(comments: Parsed['comments'], lineOf: (offset: number) => number): Comment[] {
  const joined: { line: number; text: string; last: number; type: string }[] = [];
  for (const comment of comments) {
    const line = lineOf(comment.start);
    const before = joined.at(-1);
    if (comment.type === 'Line' && before?.type === 'Line' && before.last === line - 1) {
      before.text += `\n${comment.value.trim()}`;
      before.last = line;
    } else joined.push({ line, text: plain(comment.value), last: lineOf(comment.end), type: comment.type });
  }
  return joined.map(({ line, text }) => ({ line, text }));
}

/** A comment's words without the stars in its margin. */
function plain(text: string): string {
  return text
    .split('\n')
    .map((line) => line.replace(/^\s*\*+ ?/, '').trimEnd())
    .join('\n')
    .trim();
}

function arrowsOf(module: Parsed['module']): Arrow[] {
  const arrows: Arrow[] = module.staticImports.map(({ moduleRequest, entries }) => ({
    specifier: moduleRequest.value,
    typeOnly: entries.length > 0 && entries.every(({ isType }) => isType),
  }));
  for (const { entries } of module.staticExports) {
    const from = entries.find(({ moduleRequest }) => moduleRequest !== null)?.moduleRequest;
    if (from) arrows.push({ specifier: from.value, typeOnly: entries.every(({ isType }) => isType) });
  }
  return arrows;
}
