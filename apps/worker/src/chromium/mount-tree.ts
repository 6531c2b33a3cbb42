import type { RunnerFile } from '@slipway/contracts';

type Node = { d: Record<string, Node> } | { f: { c: string; b?: true } } | { f: { l: string } };

/** The files as JSON bytes that `container.mount` takes: the client's own wire form, `b` for Latin-1 bytes. */
export function encodeMountTree(files: readonly RunnerFile[]): string {
  const root = Object.create(null) as Record<string, Node>;
  const enter = (folder: Record<string, Node>, name: string) => {
    const found = folder[name];
    if (found && 'd' in found) return found.d;
    const made = Object.create(null) as Record<string, Node>;
    folder[name] = { d: made };
    return made;
  };
  for (const file of files) {
    const parts = file.path.split('/');
    const name = parts.pop() ?? '';
    const folder = parts.reduce(enter, root);
    if (file.kind === 'dir') enter(folder, name);
    else if (file.kind === 'link') folder[name] = { f: { l: file.target } };
    else folder[name] = { f: { c: Buffer.from(file.base64, 'base64').toString('latin1'), b: true } };
  }
  return JSON.stringify({ d: root });
}
