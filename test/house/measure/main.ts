/**
 * `npm run measure:house [-- [FOLDER] [--json] [--comments N [--seed N]]]`:
 * the figures by which this house is compared with others. With `--comments`,
 * comments taken at random for a reader to judge: does it say why?
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../sources.ts';
import { measureHouse } from './measure-house.ts';
import { printFigures } from './print-figures.ts';
import { readTree } from './read-tree.ts';
import { sample } from './sample.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean' }, comments: { type: 'string' }, seed: { type: 'string', default: '1' } },
});

const folder = resolve(process.env['SLIPWAY_CWD'] ?? process.env['INIT_CWD'] ?? '.', positionals[0] ?? root);
const { figures, comments } = measureHouse(readTree(folder));
if (figures.files === 0) {
  process.stderr.write(`Cannot measure "${folder}": it holds no code\n`);
  process.exitCode = 1;
} else {
  const taken = sample(comments, count('comments', values.comments ?? '0'), count('seed', values.seed)).map(
    ({ path, thing }) => ({ place: `${path}:${thing.line}`, text: thing.text }),
  );
  const text = [printFigures(figures), ...taken.map((comment) => `\n${comment.place}\n${comment.text}`)].join('\n');
  process.stdout.write(`${values.json === true ? JSON.stringify({ ...figures, sample: taken }, null, 2) : text}\n`);
}

function count(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`Cannot read --${option}: "${text}" is no count`);
  return value;
}
