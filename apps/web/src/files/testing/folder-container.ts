import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { MovingContainer } from '../operations/make-mover.ts';

/** A container whose project is a real folder, and whose programs are the machine's own. */
export interface FolderContainer {
  readonly container: MovingContainer;
  readonly root: string;
  /** Everything below the project's folder: a file with its text, a folder with null. */
  tree(): Promise<Record<string, string | null>>;
  /** How many entries the trash beside the project's folder has. */
  trashed(): Promise<number>;
  remove(): Promise<void>;
}

/** Makes a folder with `files`, a path and its text each, and a container over it. */
export async function openFolderContainer(files: Readonly<Record<string, string>>): Promise<FolderContainer> {
  const base = await mkdtemp(join(tmpdir(), 'slipway-files-'));
  const root = join(base, 'project');
  const inside = (path: string): string => join(root, path);
  await mkdir(root);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(inside(path)), { recursive: true });
    await writeFile(inside(path), text);
  }
  const fs = {
    readdir: (path: string) => readdir(inside(path), { withFileTypes: true }),
    readFile: (path: string) => readFile(inside(path)),
    writeFile: (path: string, data: string | Uint8Array) => writeFile(inside(path), data),
    mkdir: (path: string) => mkdir(inside(path)),
    rm: (path: string, options: { recursive?: boolean; force?: boolean }) => rm(inside(path), options),
    rename: (from: string, to: string) => rename(inside(from), inside(to)),
  };
  return {
    container: {
      fs,
      workdir: root,
      spawn: async (command: string, args: string[]) => runProgram(root, command, args),
    } as unknown as MovingContainer,
    root,
    async tree() {
      const found: Record<string, string | null> = {};
      for (const entry of await readdir(root, { withFileTypes: true, recursive: true })) {
        const path = join(entry.parentPath, entry.name);
        found[path.slice(root.length + 1)] = entry.isFile() ? await readFile(path, 'utf8') : null;
      }
      return found;
    },
    trashed: () =>
      readdir(join(base, '.slipway-trash-project')).then(
        (names) => names.length,
        () => 0,
      ),
    remove: () => rm(base, { recursive: true, force: true }),
  };
}

/**
 * As a container gives it: both outputs in one stream of text, and an exit that rejects where the program
 * cannot be started.
 */
function runProgram(cwd: string, command: string, args: readonly string[]) {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = new ReadableStream<string>({
    start(controller) {
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => controller.enqueue(chunk.toString()));
      child.on('close', () => controller.close());
    },
  });
  const exit = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
  return { output, exit, kill: () => child.kill() };
}
