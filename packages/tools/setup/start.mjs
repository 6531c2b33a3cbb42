/** `npm start`: everything a fresh machine needs, then the product with server and worker. */
import { spawn } from 'node:child_process';
import { prepare, productNode, root, withMessages } from './steps.mjs';

await withMessages(() => {
  prepare('product');
  const server = spawn(productNode(), ['apps/server/dist/main.mjs', ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => server.kill(signal));
  server.on('exit', (code) => (process.exitCode = code ?? 1));
});
