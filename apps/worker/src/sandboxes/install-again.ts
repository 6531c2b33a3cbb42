import { defaultBuildSettings } from '@slipway/contracts';
import type { SandboxCommand, SandboxFile } from '@slipway/sandboxes';
import { detectBuild } from '@slipway/sites';

/**
 * The install of a project with these files, by the package manager that its lockfile or manifest names (SB-06): a
 * checkpoint holds no packages, and what ran needs them. Null where the files ask for none.
 */
export function installAgain(files: readonly SandboxFile[]): SandboxCommand | null {
  const bytesOf = new Map(files.flatMap((file) => (file.kind === 'file' ? [[file.path, file.bytes]] : [])));
  const has = (path: string): boolean => bytesOf.has(path);
  if (!has('package.json')) return null;
  const text = (path: string): string | undefined => {
    const bytes = bytesOf.get(path);
    return bytes && new TextDecoder().decode(bytes);
  };
  // The packages were at the top, so the root is no question.
  const detected = detectBuild({ paths: [...bytesOf.keys()], has, text }, { ...defaultBuildSettings, root: '' });
  if (detected.outcome === 'unclear' || detected.build.install === null) return null;
  return { command: 'jsh', args: ['-c', detected.build.install] };
}
