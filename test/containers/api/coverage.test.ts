/** That every member and option that @webcontainer/api documents has a test here which names it. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const dist = new URL('../../../node_modules/@webcontainer/api/dist/', import.meta.url);

/**
 * Members of classes and interfaces, functions and constants, as the type definitions have them: `Type.member`, `name`.
 */
function documentedNames(): string[] {
  const names = new Set<string>();
  for (const file of [
    'index.d.ts',
    'entities.d.ts',
    'connect.d.ts',
    'preview-message-types.d.ts',
    'utils/reload-preview.d.ts',
    'utils/is-preview-message.d.ts',
  ]) {
    const text = readFileSync(new URL(file, dist), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
    for (const [, type = '', body = ''] of text.matchAll(
      /^export (?:declare )?(?:class|interface|enum) (\w+)[^{]*\{\n([\s\S]*?)^\}/gm,
    )) {
      for (const [, modifier, member = ''] of body.matchAll(/^ {4}(private )?(?:static |get |readonly )*(\w+)\b/gm)) {
        if (modifier === undefined) names.add(`${type}.${member}`);
      }
    }
    // A literal type with members of its own.
    for (const [, type = '', body = ''] of text.matchAll(/^export declare type (\w+) = \{\n([\s\S]*?)^\}/gm)) {
      for (const [, member = ''] of body.matchAll(/^ {4}(\w+)\b/gm)) names.add(`${type}.${member}`);
    }
    for (const [, type = '', values = ''] of text.matchAll(/^export declare type (BufferEncoding) = (.*);/gm)) {
      for (const [, value = ''] of values.matchAll(/'([\w-]+)'/g)) names.add(`${type}.${value}`);
    }
    for (const [, name = ''] of text.matchAll(/^export declare function (\w+)/gm)) names.add(name);
  }
  return [...names].sort();
}

/** As their titles write them. */
const aliases: Readonly<Record<string, string>> = { AuthAPI: 'auth' };
/** One shape under the name of each of its listeners. */
const folded: Readonly<Record<string, string>> = {
  'UncaughtExceptionMessage.type': 'PreviewMessageType.UncaughtException',
  'UnhandledRejectionMessage.type': 'PreviewMessageType.UnhandledRejection',
  'ConsoleErrorMessage.type': 'PreviewMessageType.ConsoleError',
};

it('DI-07 names every documented member and option in the title of a test', () => {
  const titles = readdirSync(new URL('.', import.meta.url))
    .filter((name) => name.endsWith('.test.ts'))
    .flatMap((name) => [
      ...readFileSync(new URL(name, import.meta.url), 'utf8').matchAll(
        /\bit(?:\.each\((\[[^\]]*\])[^)]*\))?\(\s*'((?:[^'\\]|\\.)*)'/g,
      ),
    ])
    // A title of a table stands for as many as the table has rows.
    .flatMap(([, table, title = '']) =>
      table === undefined ? [title] : [...table.matchAll(/'([^']+)'/g)].map(([, row = '']) => title.replace('%s', row)),
    );
  const known = documentedNames();
  expect(known.length).toBeGreaterThan(90);
  const missing = known.filter((name) => {
    const [type = '', ...member] = name.split('.');
    const written = folded[name] ?? [aliases[type] ?? type, ...member].join('.');
    return !titles.some((title) => new RegExp(`(?<![\\w.])${written.replaceAll('.', '\\.')}(?![\\w-])`).test(title));
  });
  expect(missing).toEqual([]);
});

it.each(['port', 'server-ready', 'preview-message', 'error', 'xdg-open', 'code'])(
  'DI-07 has a test of the event %s',
  (event) => {
    const text = readFileSync(new URL('events.test.ts', import.meta.url), 'utf8').replace(/\(\s+/g, '(');
    expect(text).toContain(`window.container.on('${event}'`);
  },
);
