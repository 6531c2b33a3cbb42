import { createHash } from 'node:crypto';
import { build, type Plugin } from 'vite';

/** The service worker's own address; its scope is the whole origin. */
const FILE_NAME = 'shell.sw.js';
const ENTRY = new URL('src/offline/shell/shell.sw.ts', import.meta.url).pathname;

/** Builds the service worker that keeps this build in the browser: it names every file that the IDE loads by hash. */
export function offlineShell(): Plugin {
  return {
    name: 'slipway-offline-shell',
    apply: 'build',
    // After the plugins that still take chunks away, such as those of styles alone.
    generateBundle: {
      order: 'post',
      async handler(_, bundle) {
        const files = Object.keys(bundle)
          .filter((name) => name.startsWith('assets/') && !name.endsWith('.map'))
          .map((name) => `/${name}`)
          .sort();
        const page = bundle['index.html'];
        const html = page?.type === 'asset' ? page.source : '';
        const version = createHash('sha256').update(files.join('\n')).update(html).digest('hex').slice(0, 12);
        // No hash in its name: it is of no build.
        const shell = { version, files: [...files, '/favicon.svg'] };
        this.emitFile({ type: 'asset', fileName: FILE_NAME, source: await bundleWorker(JSON.stringify(shell)) });
      },
    },
  };
}

async function bundleWorker(shell: string): Promise<string> {
  const built = await build({
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    define: { SLIPWAY_SHELL: shell },
    build: {
      write: false,
      target: 'es2023',
      lib: { entry: ENTRY, formats: ['iife'], name: 'shell', fileName: () => FILE_NAME },
    },
  });
  const outputs = Array.isArray(built) ? built : [built];
  const chunk = outputs.flatMap((each) => ('output' in each ? each.output : [])).find(({ type }) => type === 'chunk');
  if (chunk?.type !== 'chunk') throw new Error('Cannot build the service worker: nothing came of it');
  return chunk.code;
}
