import type { ControlClient } from '@slipway/embed';
import type { LeftOut } from './driver-protocol.ts';

/** What is in an output folder, or why it cannot be published. */
export type ListedOutput =
  | { outcome: 'listed'; files: string[]; leftOut: LeftOut[] }
  | { outcome: 'no-output'; found: string[] }
  | { outcome: 'too-many-files'; limit: number };

/** A site of more files is somebody's disk. */
export const OUTPUT_FILES = 20_000;
/** Names of what is left out that are told; a folder of packages would be the whole log. */
const TOLD = 50;

/**
 * The files of a folder by their paths (P-38), listed by a program in the container: the client's calls do not
 * tell links. A link is followed where what it leads to lies inside; any other is left out and named, and so are
 * dot files, which are nobody's to see (ST-08), but for those that are there to be found.
 */
export async function listOutput(
  control: ControlClient,
  folder: string,
  { whole }: { whole: boolean },
): Promise<ListedOutput> {
  const decoder = new TextDecoder();
  let text = '';
  let said = '';
  const { code } = await control.run(
    { command: 'node', args: ['-e', LISTER, folder, JSON.stringify({ whole, limit: OUTPUT_FILES, told: TOLD })] },
    {
      onOutput: (stream, chunk) => {
        if (stream === 'stdout') text += decoder.decode(chunk, { stream: true });
        else said = (said + new TextDecoder().decode(chunk)).slice(-2000);
      },
    },
  );
  if (code !== 0) throw new Error(`Cannot list the output folder "${folder}": ${said.trim()}`);
  return JSON.parse(text) as ListedOutput;
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
const files = [], leftOut = [];
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
    } else if (stat.isFile()) files.push(at);
    else leave(at, 'it is neither a file nor a folder');
  }
}
walk(root, '', [root]);
answer(files.length > limit ? { outcome: 'too-many-files', limit } : { outcome: 'listed', files, leftOut });
`;
