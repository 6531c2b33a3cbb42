import { parseSync, Visitor } from 'rolldown/utils';
import { isTest, read, sourceFiles } from '../sources.ts';

/** Where each code is named. */
export interface Citations {
  /** Test files by code, in whose titles it stands: these prove it. */
  readonly proofs: ReadonlyMap<string, readonly string[]>;
  /** All other files of code by code, and tests that name it in a comment alone. */
  readonly mentions: ReadonlyMap<string, readonly string[]>;
}

const CODE = /\b(?:P|[A-Z]{2})-\d{2}\b/g;

/** The codes in a text, each once. */
export function codesIn(text: string): string[] {
  return [...new Set(text.match(CODE) ?? [])].sort();
}

/** Titles of `describe`, `it` and `test`, with `.each(…)` and other calls in between. */
export function titlesIn(path: string, text: string): string[] {
  const titles: string[] = [];
  const { program } = parseSync(path, text, { lang: path.endsWith('x') ? 'tsx' : 'ts' });
  new Visitor({
    CallExpression: ({ callee, arguments: [title] }) => {
      if (title === undefined || !/^(describe|it|test)\b/.test(text.slice(callee.start, callee.end))) return;
      if (title.type === 'Literal' && typeof title.value === 'string') titles.push(title.value);
      else if (title.type === 'TemplateLiteral') titles.push(text.slice(title.start, title.end));
    },
  }).visit(program);
  return titles;
}

/** Reads every file of code of the house. `test/house/requirements` speaks of all codes and proves none. */
export function collectCitations(): Citations {
  const proofs = new Map<string, string[]>();
  const mentions = new Map<string, string[]>();
  const add = (to: Map<string, string[]>, code: string, path: string): void => {
    to.set(code, [...(to.get(code) ?? []), path]);
  };
  for (const path of sourceFiles()) {
    if (!/\.(ts|tsx|mjs|sql)$/.test(path) || path.startsWith('test/house/requirements/')) continue;
    const text = read(path);
    const named = codesIn(text);
    if (named.length === 0) continue;
    const proven = isTest(path) && /\.test\.tsx?$/.test(path) ? codesIn(titlesIn(path, text).join('\n')) : [];
    for (const code of named) add(proven.includes(code) ? proofs : mentions, code, path);
  }
  return { proofs, mentions };
}
