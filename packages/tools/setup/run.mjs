/** node run.mjs <runtime|product> <script.ts> [args…]: prepares the machine, then runs the script. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { needsBrowser } from './needs-browser.mjs';
import { prepare, productNode, root, withMessages } from './steps.mjs';

await withMessages(() => {
  const [level, script, ...args] = process.argv.slice(2);
  prepare(level, { browser: needsBrowser(script, args) });
  const child = spawn(productNode(), ['--import', 'tsx', script, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, SLIPWAY_CWD: process.env.INIT_CWD ?? process.cwd() },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    if (signal !== null) process.exitCode = 128 + (constants.signals[signal] ?? 0);
    else process.exitCode = code ?? 1;
  });
});
