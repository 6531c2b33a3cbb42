import { expect, it } from 'vitest';
import { makeFakeContainer } from '../testing/fake-container.ts';
import { readDependencies } from './read-dependencies.ts';

it.each([
  ['{ "dependencies": { "vue": "3" }, "devDependencies": { "vite": "8" } }', ['vue', 'vite']],
  ['{ "name": "x" }', []],
  ['{ "dependencies": { "vu', []],
  ['{ "dependencies": 3 }', []],
])('UX-09 reads what %s depends on', async (text, wanted) => {
  expect([...(await readDependencies(makeFakeContainer({ 'package.json': text }).container))]).toEqual(wanted);
});

it('UX-09 a project without a manifest depends on nothing', async () => {
  expect((await readDependencies(makeFakeContainer({}).container)).size).toBe(0);
});
