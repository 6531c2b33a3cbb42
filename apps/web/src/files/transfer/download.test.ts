import type { ExportOptions } from '@webcontainer/api';
import { describe, expect, it } from 'vitest';
import { makeDownload } from './download.ts';

/** A container that answers with what it was asked for. */
function makeContainer() {
  const asked: [path: string, options: ExportOptions][] = [];
  return {
    asked,
    container: {
      fs: { readFile: async (path: string) => new TextEncoder().encode(path) },
      export: async (path: string, options: ExportOptions) => {
        asked.push([path, options]);
        return new Uint8Array([80, 75]);
      },
    } as unknown as Parameters<typeof makeDownload>[0],
  };
}

const isFolder = (path: string): boolean => !path.includes('.');
const small = async (): Promise<number> => 1;

describe('downloads (UX-05)', () => {
  it('UX-05 a file is itself, a folder a zip of what is in it', async () => {
    const { asked, container } = makeContainer();
    const file = await makeDownload(container, ['src/a.txt'], isFolder, small);
    expect([file.name, new TextDecoder().decode(file.bytes)]).toEqual(['a.txt', 'src/a.txt']);
    expect((await makeDownload(container, ['src', 'src/a.txt'], isFolder, small)).name).toBe('src.zip');
    expect(asked).toEqual([['src', { format: 'zip' }]]);
  });

  it('several are a zip of the folder around them, each named exactly', async () => {
    const { asked, container } = makeContainer();
    const zip = await makeDownload(container, ['src/a[1].txt', 'src/lib'], isFolder, small);
    expect(zip.name).toBe('src.zip');
    expect((await makeDownload(container, ['src/a.txt', 'b.txt'], isFolder, small)).name).toBe('files.zip');
    expect(asked).toEqual([
      [
        'src',
        {
          format: 'zip',
          excludes: ['**'],
          includes: ['./a\\[1\\].txt', './a\\[1\\].txt/**', './lib', './lib/**'],
        },
      ],
      [
        '.',
        {
          format: 'zip',
          excludes: ['**'],
          includes: ['./src/a.txt', './src/a.txt/**', './b.txt', './b.txt/**'],
        },
      ],
    ]);
  });

  it('refuses more than a browser should hold, before anything is read', async () => {
    const { asked, container } = makeContainer();
    const download = makeDownload(container, ['src'], isFolder, async () => 500_000_001);
    await expect(download).rejects.toThrow('Cannot download 500 MB at once: choose less than 500 MB');
    expect(asked).toEqual([]);
  });
});
