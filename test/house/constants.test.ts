import { expect, it } from 'vitest';
import { parseSync } from 'rolldown/utils';
import { isCode, isTest, read, sourceFiles } from './sources.ts';

/** Names that somebody else gave. */
const GIVEN: Readonly<Record<string, string>> = {
  kTransferable: "Node's own name of the symbol",
  kCloneable: "Node's own name of the symbol",
};

type Statement = ReturnType<typeof parseSync>['program']['body'][number];

/** Names of a module's constants whose values are numbers, texts or patterns as they stand there. */
function plainConstants(statement: Statement): string[] {
  const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
  if (declaration?.type !== 'VariableDeclaration' || declaration.kind !== 'const') return [];
  return declaration.declarations.flatMap(({ id, init }) => {
    const value = init?.type === 'TSAsExpression' ? init.expression : init;
    const plain =
      value?.type === 'Literal' ||
      (value?.type === 'TemplateLiteral' && value.expressions.length === 0) ||
      (value?.type === 'BinaryExpression' && isNumber(value));
    return plain && id.type === 'Identifier' ? [id.name] : [];
  });
}

/** Arithmetic of numbers alone: `64 * 1024`. */
function isNumber(node: { type: string; left?: unknown; right?: unknown; value?: unknown }): boolean {
  if (node.type === 'Literal') return typeof node.value === 'number';
  return node.type === 'BinaryExpression' && [node.left, node.right].every((side) => isNumber(side as typeof node));
}

it('plain values of a module are UPPER_CASE', () => {
  const found = sourceFiles()
    .filter((path) => isCode(path) && !isTest(path) && /^(apps|packages)\/.+\.tsx?$/.test(path))
    .flatMap((path) =>
      parseSync(path, read(path))
        .program.body.flatMap(plainConstants)
        .filter((name) => !/^[A-Z][A-Z0-9_]*$/.test(name) && GIVEN[name] === undefined)
        .map((name) => ({ path, name })),
    );
  expect(found.map(({ path, name }) => `${path}: ${name}`)).toEqual([]);
});
