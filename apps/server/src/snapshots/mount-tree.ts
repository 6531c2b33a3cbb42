import type { SnapshotFile } from '@slipway/db';

/** The tree that the @webcontainer/api protocol mounts, in its wire form: short keys, `b` for bytes as Latin-1 characters. */
type WireNode = { d: Record<string, WireNode> } | { f: { c: string; b?: true } } | { f: { l: string } };

/**
 * A snapshot as the JSON bytes that `container.mount(bytes)` takes. Modes have no
 * place in that format.
 */
export function encodeMountTree(files: readonly SnapshotFile[]): Uint8Array {
  const root = makeDirectory();
  for (const file of files) {
    const parts = file.path.split('/');
    const name = parts.pop() ?? '';
    let directory = root;
    for (const part of parts) directory = enter(directory, part);
    switch (file.kind) {
      case 'dir':
        enter(directory, name);
        break;
      case 'link':
        directory[name] = { f: { l: file.target } };
        break;
      case 'file':
        directory[name] = { f: encodeContent(file.bytes) };
        break;
    }
  }
  return new TextEncoder().encode(JSON.stringify({ d: root }));
}

/** Without a prototype: a file may be called `__proto__`. */
function makeDirectory(): Record<string, WireNode> {
  return Object.create(null) as Record<string, WireNode>;
}

function enter(directory: Record<string, WireNode>, name: string): Record<string, WireNode> {
  const found = directory[name];
  if (found && 'd' in found) return found.d;
  const made = makeDirectory();
  directory[name] = { d: made };
  return made;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function encodeContent(bytes: Uint8Array): { c: string; b?: true } {
  try {
    return { c: utf8.decode(bytes) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { c: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'), b: true };
  }
}
