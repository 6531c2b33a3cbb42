/**
 * `npm run dev`: the product, rebuilt while somebody works on it.
 *
 *   server, worker   restarted by Node when a file that they loaded changes
 *   IDE              rebuilt by Vite
 *   runtime          rebuilt here when a file below packages/runtime or apps/runtime changes
 *
 * The page reloads by itself after the last two (apps/web/dev-reload.ts).
 */
import { spawn } from 'node:child_process';
import { existsSync, utimesSync, watch } from 'node:fs';
import { join, sep } from 'node:path';
import { buildRuntime, forget, prepare, productNode, root, say, SetupError, withMessages } from './steps.mjs';

/** Editors write a file in several steps; a build begins when they are done. */
const QUIET_MS = 300;
const page = join(root, 'apps', 'web', 'dist', 'index.html');
const PASSED_OVER = new Set(['node_modules', 'dist', 'generated', '.tsbuild']);

await withMessages(() => {
  prepare('product');
  // What Vite builds from here on reloads itself: the next `npm start` builds its own.
  forget('web');
  const env = { ...process.env, NODE_ENV: 'development' };
  const children = [
    ['node_modules/vite/bin/vite.js', 'build', 'apps/web', '--watch', '--mode', 'development', '--logLevel', 'warn'],
    ['--watch', '--watch-preserve-output', '--import', 'tsx', 'apps/server/src/main.ts', ...process.argv.slice(2)],
  ].map((args) => spawn(productNode(), args, { cwd: root, env, stdio: 'inherit' }));
  const watchers = ['packages/runtime', 'apps/runtime'].map((folder) =>
    watch(join(root, folder), { recursive: true }, (_event, name) => {
      if (name !== null && !name.split(sep).some((part) => PASSED_OVER.has(part))) rebuildSoon();
    }),
  );
  const stop = (signal) => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
    for (const child of children) child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(signal));
  for (const child of children) {
    child.on('exit', (code) => {
      if (code) process.exitCode = code;
      stop('SIGTERM');
    });
  }
});

let timer;

function rebuildSoon() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    try {
      buildRuntime();
      // The page looks at the age of its own file, see apps/web/dev-reload.ts.
      const now = new Date();
      if (existsSync(page)) utimesSync(page, now, now);
    } catch (error) {
      // The next change is another try.
      if (!(error instanceof SetupError)) throw error;
      say(error.message);
    }
  }, QUIET_MS);
}
