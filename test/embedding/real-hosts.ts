/**
 * `npm run static-hosts`: the package's folder on this machine's own nginx and Caddy, by the settings that lie in it.
 * Those that are not installed are named, and the command fails without any.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { isolationHeaders } from '@slipway/embed';
import { openBrowser, openContext } from '../e2e/browser.ts';
import { createPackageProject, type PackageProject } from './package-project.ts';
import { close, listen } from './static-server.ts';
import { bootAndRun, PAGE_MODULE, showPreview } from './try-host.ts';

/** How each is started on settings that were written for it. */
const SERVERS: Readonly<Record<string, (folder: string, work: string) => readonly string[]>> = {
  nginx(folder, work) {
    const settings = readFileSync(join(folder, 'nginx.conf'), 'utf8').replaceAll('FOLDER', folder);
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${work};`);
    const user = process.getuid?.() === 0 ? 'user root;' : '';
    const http = `http { access_log off; server_names_hash_bucket_size 128; ${paths.join(' ')}\n${settings}}`;
    writeFileSync(join(work, 'nginx.conf'), `${user} daemon off; pid ${work}/pid; events {}\n${http}`);
    return ['nginx', '-e', 'stderr', '-c', join(work, 'nginx.conf')];
  },
  caddy(folder, work) {
    const settings = readFileSync(join(folder, 'Caddyfile'), 'utf8').replaceAll('FOLDER', folder);
    writeFileSync(join(work, 'Caddyfile'), `{\n  admin off\n  auto_https off\n}\n${settings}`);
    return ['caddy', 'run', '--adapter', 'caddyfile', '--config', join(work, 'Caddyfile')];
  },
};

const PORT = 8_931;
const ORIGIN = `http://rt.files.localhost:${PORT}`;

async function tryServer(name: string, project: PackageProject, pagePort: number): Promise<void> {
  for (const [kind, more, heading] of [
    ['one name', [], 'The program runs, but its pages cannot be shown'],
    ['wildcard names', ['--preview-domain', 'files.localhost'], 'served'],
  ] as const) {
    const folder = join(project.folder, `${name}-${more.length}`);
    const work = join(project.folder, `${name}-${more.length}-work`);
    mkdirSync(work, { recursive: true });
    project.writeRuntime(folder, ['--origin', ORIGIN, '--embedder', 'http://localhost:*', ...more]);
    const [command = '', ...args] = SERVERS[name]?.(folder, work) ?? [];
    const server = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    const ended = new Promise((resolve) => server.on('close', resolve));
    const browser = await openBrowser({
      args: ['--disable-features=Translate', '--test-third-party-cookie-phaseout'],
    });
    try {
      const page = await (await openContext(browser)).newPage();
      // Of the loader that runs this file: it names the functions that go into the page.
      await page.addInitScript('globalThis.__name = (named) => named');
      await page.goto(`http://localhost:${pagePort}/`);
      await page.waitForFunction(() => document.title === 'ready');
      const printed = await bootAndRun(page, ORIGIN, 'node', ['-p', '6 * 7']);
      const shown = await showPreview(page);
      if (printed !== '42\nexit 0' || shown !== heading)
        throw new Error(`Cannot rely on ${name} with ${kind}: "${printed}", "${shown}"`);
      process.stdout.write(`${name}, ${kind}: boots, runs, and its preview says "${shown}"\n`);
    } finally {
      await browser.close();
      server.kill();
      await ended;
    }
  }
}

const installed = Object.keys(SERVERS).filter((name) => spawnSync(name, ['version']).error === undefined);
const missing = Object.keys(SERVERS).filter((name) => !installed.includes(name));
if (missing.length > 0) process.stderr.write(`not installed, not tried: ${missing.join(', ')}\n`);
if (installed.length === 0) process.exitCode = 1;
else {
  const project = createPackageProject();
  const script = await project.bundle(PAGE_MODULE);
  const pages = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.writeHead(200, { 'Content-Type': isScript ? 'text/javascript' : 'text/html', ...isolationHeaders.app });
    response.end(isScript ? script : '<!doctype html><body><script type="module" src="/page.js"></script>');
  });
  const pagePort = await listen(pages);
  try {
    for (const name of installed) await tryServer(name, project, pagePort);
  } finally {
    await close(pages);
    project.remove();
  }
}
