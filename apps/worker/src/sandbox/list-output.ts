import type { SandboxDriver } from '@slipway/sandboxes';
import * as z from 'zod';
import type { LeftOut } from './build-result.ts';

/** What the lister says: it runs where code runs that nobody has read. */
const listedOutput = z.discriminatedUnion('outcome', [
  z.strictObject({
    outcome: z.literal('listed'),
    files: z.array(z.string()),
    executable: z.array(z.string()).default([]),
    leftOut: z.array(z.strictObject({ path: z.string(), why: z.string() })),
  }),
  z.strictObject({ outcome: z.literal('no-output'), found: z.array(z.string()) }),
  z.strictObject({ outcome: z.literal('too-many-files'), limit: z.number() }),
]);

/** What is in an output folder, or why it cannot be published. */
export type ListedOutput =
  | { outcome: 'listed'; files: string[]; executable: string[]; leftOut: LeftOut[] }
  | { outcome: 'no-output'; found: string[] }
  | { outcome: 'too-many-files'; limit: number };

/** A site of more files is somebody's disk. */
export const OUTPUT_FILES = 20_000;
/** Names of what is left out that are told; a folder of packages would be the whole log. */
const TOLD = 50;

/** What is in an output folder is told in so many bytes at most: paths are long, and a build made them up. */
const LIST_BYTES = 64 * 1024 ** 2;

/**
 * The files of a folder by their paths (P-38), listed by a program in the sandbox: no call tells links. A link is
 * followed where what it leads to lies inside; any other is left out and named, and so are dot files, which are
 * nobody's to see (ST-08), but for those that are there to be found.
 */
export async function listOutput(
  driver: Pick<SandboxDriver, 'run'>,
  id: string,
  folder: string,
  { whole }: { whole: boolean },
): Promise<ListedOutput> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  let said = '';
  const { code } = await driver.run(id, {
    command: 'node',
    args: ['-e', LISTER, folder, JSON.stringify({ whole, limit: OUTPUT_FILES, told: TOLD })],
    onOutput: (stream, chunk) => {
      if (stream === 'stderr') said = (said + Buffer.from(chunk).toString()).slice(-2000);
      else if ((bytes += chunk.length) <= LIST_BYTES) pieces.push(chunk);
    },
  });
  if (code !== 0 || bytes > LIST_BYTES) throw new Error(`Cannot list the output folder "${folder}": ${said.trim()}`);
  return listedOutput.parse(JSON.parse(Buffer.concat(pieces).toString()));
}

/** Runs in the container, over what a build left there. */
const LISTER = `
const fs = require('fs'), path = require('path');
const [folder, json] = process.argv.slice(1);
const { whole, limit, told } = JSON.parse(json);
const answer = (value) => process.stdout.write(JSON.stringify(value));
let root;
try {
  root = fs.realpathSync(folder);
  if (!fs.statSync(root).isDirectory()) throw new Error('no folder');
} catch {
  const parent = path.dirname(path.resolve(folder));
  const found = fs.existsSync(parent) ? fs.readdirSync(parent, { withFileTypes: true }) : [];
  const folders = found.filter((one) => one.isDirectory()).map((one) => one.name);
  const likely = folders.filter((name) => !/^(\\.|node_modules$|src$|public$)/.test(name));
  answer({ outcome: 'no-output', found: likely.slice(0, 10) });
  process.exit(0);
}
const files = [], executable = [], leftOut = [];
const leave = (name, why) => { if (leftOut.length < told) leftOut.push({ path: name, why }); };
const inside = (real) => real === root || real.startsWith(root + path.sep);
function walk(real, below, above) {
  for (const name of fs.readdirSync(real).sort()) {
    if (files.length > limit) return;
    const at = below === '' ? name : below + '/' + name;
    if (name.startsWith('.') && !(below === '' && name === '.well-known')) {
      leave(at, 'dot files are not published');
      continue;
    }
    if (whole && name === 'node_modules') continue;
    const full = path.join(real, name);
    let target = full;
    if (fs.lstatSync(full).isSymbolicLink()) {
      try { target = fs.realpathSync(full); } catch { leave(at, 'it is a link that leads nowhere'); continue; }
      if (!inside(target)) { leave(at, 'it is a link that leads out of the output folder'); continue; }
      if (path.relative(root, target).split(path.sep).some((part) => part.startsWith('.'))) {
        leave(at, 'it is a link to a dot file');
        continue;
      }
    }
    const stat = fs.statSync(target);
    if (stat.isDirectory()) {
      if (above.includes(target)) leave(at, 'it is a link to a folder that it lies in');
      else walk(target, at, [...above, target]);
    } else if (stat.isFile()) {
      files.push(at);
      if ((stat.mode & 0o111) !== 0) executable.push(at);
    }
    else leave(at, 'it is neither a file nor a folder');
  }
}
walk(root, '', [root]);
answer(files.length > limit ? { outcome: 'too-many-files', limit } : { outcome: 'listed', files, executable, leftOut });
`;
