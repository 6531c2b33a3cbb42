import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const dist = fileURLToPath(new URL('../../apps/runtime/dist', import.meta.url));

/** What a browser downloads: every built file of the runtime. */
export async function benchPayload(): Promise<void> {
  process.stdout.write('\n| file | raw, KB | gzip, KB | brotli 9, KB |\n|---|---|---|---|\n');
  const total = [0, 0, 0];
  const walk = (folder: string): void => {
    for (const name of readdirSync(folder).sort()) {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) walk(path);
      else if (!/\.(br|gz|map)$/.test(name)) {
        const bytes = readFileSync(path);
        const sizes = [bytes.length, gzipSync(bytes, { level: 9 }).length, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }).length];
        sizes.forEach((size, at) => (total[at] = (total[at] ?? 0) + size));
        process.stdout.write(`| ${path.slice(dist.length + 1)} | ${sizes.map(kilobytes).join(' | ')} |\n`);
      }
    }
  };
  walk(dist);
  process.stdout.write(`| all | ${total.map(kilobytes).join(' | ')} |\n`);
}

const kilobytes = (bytes: number): string => (bytes / 1000).toFixed(0);
