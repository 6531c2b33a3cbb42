/** An empty project into which the package was installed from its tarball, without a network. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { packPackage } from '../../packages/runtime/embed/build/pack-package.ts';

/** A project, and what its pages and commands are made with. */
export interface PackageProject {
  readonly folder: string;
  /** Runs the package's command; gives what it prints. */
  writeRuntime(to: string, args: readonly string[]): string;
  /** Bundles a module of the project for a page. */
  bundle(source: string): Promise<string>;
  remove(): void;
}

export function createPackageProject(): PackageProject {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-embed-'));
  const npm = (args: readonly string[], cwd: string): string =>
    execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const tarballs = join(folder, 'tarballs');
  mkdirSync(tarballs);
  const own = packPackage(tarballs);
  const client = dirname(dirname(fileURLToPath(import.meta.resolve('@webcontainer/api'))));
  npm(['pack', '--ignore-scripts', '--pack-destination', tarballs], client);
  const project = join(folder, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{"private":true,"type":"module"}');
  const clientTarball = join(tarballs, 'webcontainer-api-1.6.4.tgz');
  npm(['install', '--offline', '--no-audit', '--no-fund', own, clientTarball], project);
  return {
    folder,
    writeRuntime: (to, args) => npm(['exec', '--offline', '--', 'slipway-runtime', to, ...args], project),
    async bundle(source) {
      const bundled = await build({
        stdin: { contents: source, resolveDir: project },
        bundle: true,
        format: 'esm',
        write: false,
        target: 'chrome120',
      });
      return bundled.outputFiles[0]?.text ?? '';
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
