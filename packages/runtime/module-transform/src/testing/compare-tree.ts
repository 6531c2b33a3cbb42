/** `npx tsx compare-tree.ts [--minify] DIR…`: the differential check over whole folders. */
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { compareWithParser } from './compare-with-parser.ts';

const minify = process.argv.includes('--minify');
const roots = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const counts: Record<string, number> = {};
let bytes = 0;
let awaits = 0;

function* files(directory: string): Generator<string> {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* files(path);
    else if (/\.[cm]?js$/.test(entry.name) && statSync(path).size < 3e6) yield path;
  }
}

for (const root of roots) {
  for (const path of files(realpathSync(root))) {
    let source = readFileSync(path, 'utf8');
    const looksLikeModule = /^\s*(import|export)\b|[;}]\s*(import|export)\b/m.test(source) && !path.endsWith('.cjs');
    if (minify) {
      try {
        source = transformSync(source, { minify: true, loader: 'js', target: 'esnext' }).code;
      } catch {
        continue;
      }
    }
    let result = compareWithParser(source, looksLikeModule ? 'module' : 'script');
    if (result.outcome === 'invalid') result = compareWithParser(source, looksLikeModule ? 'script' : 'module');
    counts[result.outcome] = (counts[result.outcome] ?? 0) + 1;
    bytes += source.length;
    if (result.outcome === 'same') awaits += result.awaits;
    if (result.outcome === 'bail') console.log('BAIL', path, result.reason);
    if (result.outcome === 'different') console.log('DIFFERENT', path, JSON.stringify(result.what).slice(0, 600));
  }
}
console.log(JSON.stringify(counts), `${(bytes / 1e6).toFixed(1)} MB`, `${awaits} awaits`);
if ((counts.different ?? 0) > 0) process.exitCode = 1;
