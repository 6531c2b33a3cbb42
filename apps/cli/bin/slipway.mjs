#!/usr/bin/env node
/**
 * `slipway VERB …` from a checkout: prepares the machine as `npm run` does, then runs
 * the verb. Plain JavaScript, as it runs before anything is built.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const prepared = fileURLToPath(new URL('../../../packages/tools/setup/run.mjs', import.meta.url));
// npm sets INIT_CWD to its own folder when it starts the bin; ours is where the user stands.
const env = { ...process.env, INIT_CWD: process.cwd() };
const child = spawn(process.execPath, [prepared, 'runtime', 'apps/cli/src/main.ts', ...process.argv.slice(2)], {
  stdio: 'inherit',
  env,
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => (process.exitCode = code ?? 1));
