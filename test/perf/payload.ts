import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const dist = fileURLToPath(new URL('../../apps/runtime/dist', import.meta.url));

/** Files that come after what the boot waits for, or only with the first use. */
const AFTER_BOOT =
  /(?:(?:extras|codecs|amaro|sqlite|postgres)-[^/]*\.bin|(?:authorize|search|check|storage)-[^/]*\.js)$/;

/** What a browser downloads: every built file of the runtime, and what of it a boot waits for, npm's image apart. */
export async function benchPayload(): Promise<void> {
  process.stdout.write('\n| file | raw, KB | gzip, KB | brotli 9, KB |\n|---|---|---|---|\n');
  const total = [0, 0, 0];
  const boot = [0, 0, 0];
  const walk = (folder: string): void => {
    for (const name of readdirSync(folder).sort()) {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) walk(path);
      else if (!/\.(br|gz|map)$/.test(name)) {
        const bytes = readFileSync(path);
        const sizes = [
          bytes.length,
          gzipSync(bytes, { level: 9 }).length,
          brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }).length,
        ];
        sizes.forEach((size, at) => (total[at] = (total[at] ?? 0) + size));
        if (!AFTER_BOOT.test(path) && !/base-image-[^/]*\.bin$/.test(path))
          sizes.forEach((size, at) => (boot[at] = (boot[at] ?? 0) + size));
        process.stdout.write(`| ${path.slice(dist.length + 1)} | ${sizes.map(kilobytes).join(' | ')} |\n`);
      }
    }
  };
  walk(dist);
  process.stdout.write(`| boot, without base-image | ${boot.map(kilobytes).join(' | ')} |\n`);
  process.stdout.write(`| all | ${total.map(kilobytes).join(' | ')} |\n`);
}

const kilobytes = (bytes: number): string => (bytes / 1000).toFixed(0);
