import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../verb/verb.ts';

/** A language that plugins are made in: a sample of it, and the compiler that it wants. */
interface Language {
  readonly sample: string;
  /** Of the samples, and what each is called in the new folder. */
  readonly files: Readonly<Record<string, string>>;
  readonly compiler: Readonly<Record<string, string>>;
  readonly event: { readonly type: string; readonly payload: unknown; readonly answers?: readonly unknown[] };
}

/** By name; versions are those that the house itself compiles with, so that fuel is the same. */
export const LANGUAGES: Readonly<Record<string, Language>> = {
  javascript: {
    sample: 'checklist',
    files: { 'checklist.js': 'plugin.js', 'slipway.wit': 'slipway.wit', 'slipway.d.ts': 'slipway.d.ts' },
    compiler: { 'componentize-qjs': '0.4.5' },
    event: { type: 'project.created', payload: { projectId: 'p1', name: 'Boats' } },
  },
  assemblyscript: {
    sample: 'link-counter',
    files: { 'link-counter.as': 'plugin.ts', 'slipway.as': 'slipway.ts', 'slipway.wit': 'slipway.wit' },
    compiler: { assemblyscript: '0.28.20' },
    // It asks once, whether the link is known: no row is.
    event: { type: 'link.opened', payload: { link: 'first' }, answers: [[]] },
  },
  wat: {
    sample: 'journal',
    files: { 'journal.wat': 'plugin.wat', 'slipway.wit': 'slipway.wit' },
    compiler: { wabt: '1.0.39' },
    event: { type: 'project.created', payload: { projectId: 'p1', name: 'Boats' } },
  },
};

/** A plugin's id in its manifest, by the same rule as the server's. */
const ID = /^(?=.{1,24}$)[a-z](-?[a-z0-9])*$/;

const readSample = (name: string) =>
  readFile(fileURLToPath(import.meta.resolve(`@slipway/plugin-host/samples/${name}`)), 'utf8');

/** Makes the folder; nothing that is there is written over. Gives the names of what was made. */
export async function makeNewPlugin(directory: string, name: string): Promise<string[]> {
  const language = Object.hasOwn(LANGUAGES, name) ? LANGUAGES[name] : undefined;
  if (!language) throw new UsageError(`unknown language "${name}": there are ${Object.keys(LANGUAGES).join(', ')}`);
  const id = basename(directory);
  if (!ID.test(id))
    throw new UsageError(`"${id}" cannot be a plugin's name: small letters, digits and single "-", at most 24`);
  if (existsSync(directory) && readdirSync(directory).length > 0)
    throw new Error(`Cannot make a plugin in "${directory}": the folder is not empty`);
  const manifest = JSON.parse(await readSample(`${language.sample}.manifest.json`)) as Record<string, unknown>;
  const json = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;
  const made: Record<string, string> = {
    'manifest.json': json({ ...manifest, id, name: id }),
    'package.json': json({ name: id, private: true, type: 'module', devDependencies: language.compiler }),
    'tests/first.json': json({ ...language.event, expect: { kind: 'ok' } }),
    '.gitignore': 'node_modules/\n*.wasm\n',
  };
  for (const [sample, file] of Object.entries(language.files)) {
    // Called `.as` here so that no tool takes it for TypeScript.
    made[file] = await readSample(sample);
  }
  await mkdir(join(directory, 'tests'), { recursive: true });
  for (const [file, text] of Object.entries(made)) await writeFile(join(directory, file), text, { flag: 'wx' });
  return Object.keys(made).toSorted();
}
