/**
 * Runs a script in Slipway's Node (real Chromium, real kernel, real file
 * system) and in the pinned native Node, and gives both results.
 *
 *   import { useNode } from './index.ts';
 *
 *   describe('events', () => {
 *     const node = useNode();                       // opens one browser for the file
 *     it('prints what Node prints', async () => {
 *       const { ours, native } = await node.runInBoth({ 'main.js': 'console.log(1)' }, ['main.js']);
 *       expect(ours).toEqual(native);               // { stdout, stderr, code, signal }
 *     });
 *   });
 *
 * Files are laid out under the same absolute path on both sides and the working
 * directory is that path. `node.run(files, argv, options)` runs ours alone.
 * From a shell: `npx tsx packages/runtime/node-bindings/test-support/cli.ts <script> [args]`.
 */
import { afterAll, beforeAll } from 'vitest';
import { openNode, type NodeOptions, type NodeRunner } from './run-node.ts';

export {
  openNode,
  type Files,
  type NodeOptions,
  type NodeRunner,
  type RunOptions,
  type RunResult,
} from './run-node.ts';

/** For a test file: opens before the first test, closes after the last. */
export function useNode(options: NodeOptions = {}): NodeRunner {
  let runner: NodeRunner | undefined;
  beforeAll(async () => {
    runner = await openNode(options);
  }, 60_000);
  afterAll(async () => {
    await runner?.close();
  });
  const must = (): NodeRunner => {
    if (runner === undefined) throw new Error('Cannot run Node: useNode() opens it in beforeAll');
    return runner;
  };
  return {
    run: (...args) => must().run(...args),
    runInBoth: (...args) => must().runInBoth(...args),
    complaints: () => must().complaints(),
    close: () => must().close(),
  };
}
