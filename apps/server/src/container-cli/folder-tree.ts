import { lstat, mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { decode, encode } from '@msgpack/msgpack';

/** A tree in the client's snapshot format, see `@webcontainer/snapshot`: MessagePack of nested `d` and `f`. */
type Node = { d: Record<string, Node> } | { f: { c: Uint8Array } } | { f: { l: string } };

/** Reads a folder. Sockets and devices are passed over: a container has no use for them. */
export async function readTree(folder: string): Promise<Uint8Array> {
  const read = async (path: string): Promise<Node | undefined> => {
    const stat = await lstat(path);
    if (stat.isSymbolicLink()) return { f: { l: await readlink(path) } };
    if (stat.isFile()) return { f: { c: await readFile(path) } };
    if (!stat.isDirectory()) return undefined;
    const d: Record<string, Node> = Object.create(null);
    for (const name of await readdir(path)) {
      const node = await read(join(path, name));
      if (node !== undefined) d[name] = node;
    }
    return { d };
  };
  const root = await read(folder);
  if (root === undefined || !('d' in root)) throw new Error(`Cannot mount "${folder}": it is not a folder`);
  return encode({ d: root.d });
}

/** Writes a tree below `folder`. Names come from a container, so they are hostile. */
export async function writeTree(folder: string, bytes: Uint8Array): Promise<number> {
  const base = resolve(folder);
  let files = 0;
  const write = async (path: string, node: Node): Promise<void> => {
    if ('d' in node) {
      await mkdir(path, { recursive: true });
      for (const [name, child] of Object.entries(node.d)) {
        if (name === '' || name === '.' || name === '..' || name.includes('/') || name.includes(sep) || name.includes('\0')) throw new Error(`Cannot save "${name}": it is not a file name`);
        await write(join(path, name), child);
      }
    } else if ('c' in node.f) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, node.f.c);
      files++;
    }
    // A link made inside could point anywhere on this machine: it is left out.
  };
  await write(base, decode(bytes) as Node);
  return files;
}
