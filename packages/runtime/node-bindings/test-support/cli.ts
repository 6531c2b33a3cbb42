/**
 * Runs one command line in both Nodes and shows the difference.
 *
 *   npx tsx packages/runtime/node-bindings/test-support/cli.ts [--firefox] [--ours] -e 'console.log(1)'
 *   npx tsx packages/runtime/node-bindings/test-support/cli.ts script.js args…
 *
 * Files named in the arguments are copied in.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { openNode, type RunResult } from './run-node.ts';

const args = process.argv.slice(2);
const inFirefox = args[0] === '--firefox';
if (inFirefox) args.shift();
const oursOnly = args[0] === '--ours';
if (oursOnly) args.shift();
const files: Record<string, Uint8Array> = {};
const argv = args.map((argument) => {
  if (argument.startsWith('-') || !existsSync(argument) || !statSync(argument).isFile()) return argument;
  files[basename(argument)] = readFileSync(argument);
  return basename(argument);
});

const show = (name: string, result: RunResult): void => {
  process.stdout.write(
    `== ${name}: code ${result.code} signal ${result.signal}\n${result.stdout}` +
      (result.stderr === '' ? '' : `-- stderr\n${result.stderr}`),
  );
};

const node = await openNode({ engine: inFirefox ? 'firefox' : 'chromium' });
try {
  if (oursOnly) show('ours', await node.run(files, argv));
  else {
    const { ours, native } = await node.runInBoth(files, argv);
    show('native', native);
    if (JSON.stringify(ours) === JSON.stringify(native)) process.stdout.write('== ours: the same\n');
    else show('ours', ours);
  }
  for (const complaint of node.complaints()) process.stdout.write(`-- page: ${complaint}\n`);
} finally {
  await node.close();
}
