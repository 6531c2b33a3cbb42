import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Template } from '@slipway/contracts';
import type { TemplateFile, TemplateSource } from './template-source.ts';

/** Titles of the templates that create-vite has; one without a title is shown under its own name. */
const titles: Readonly<Record<string, string>> = {
  vanilla: 'Vanilla',
  react: 'React',
  vue: 'Vue',
  svelte: 'Svelte',
  solid: 'Solid',
  preact: 'Preact',
  lit: 'Lit',
  qwik: 'Qwik',
};

/** npm takes some dotfiles out of packages, so create-vite ships them under these names. */
const renames: Readonly<Record<string, string>> = { _gitignore: '.gitignore', '_oxlintrc.json': '.oxlintrc.json' };

/** The templates of the installed create-vite, read from its own folders: nothing is asked of a network. */
export function createViteTemplates(): TemplateSource {
  return {
    list: async () => listTemplates(),
    read: async (templateId, projectName) => readTemplate(templateId, projectName),
  };
}

function listTemplates(): Template[] {
  const { folder, source } = findCreateVite();
  return readdirSync(folder)
    .filter((name) => name.startsWith('template-'))
    .map((name): Template => {
      const id = name.slice('template-'.length);
      const base = id.replace(/-ts$/, '');
      return { id, title: titles[base] ?? base, language: id.endsWith('-ts') ? 'ts' : 'js', source };
    })
    .sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1));
}

/** The files that `npm create vite` would write for a project of this name; undefined for an unknown template. */
function readTemplate(templateId: string, projectName: string): TemplateFile[] | undefined {
  if (!listTemplates().some((template) => template.id === templateId)) return undefined;
  const root = join(findCreateVite().folder, `template-${templateId}`);
  const packageName = toPackageName(projectName);
  return walk(root, '').map((file) => {
    switch (file.path) {
      case 'package.json':
        return {
          ...file,
          bytes: encode(`${JSON.stringify({ ...JSON.parse(decode(file.bytes)), name: packageName }, null, 2)}\n`),
        };
      case 'index.html':
        return {
          ...file,
          bytes: encode(decode(file.bytes).replace(/<title>.*?<\/title>/, `<title>${packageName}</title>`)),
        };
      default:
        return file;
    }
  });
}

/** Typescript first, then in the order of the titles above. */
function rank(template: Template): number {
  const base = Object.keys(titles).indexOf(template.id.replace(/-ts$/, ''));
  return (base === -1 ? 100 : base) + (template.language === 'ts' ? 0 : 0.5);
}

/** The name without what npm refuses in one. */
function toPackageName(name: string): string {
  const cleaned = name
    .toLowerCase()
    .replace(/[^a-z0-9-~]+/g, '-')
    .replace(/^[-.~]+|-+$/g, '');
  return cleaned === '' ? 'slipway-project' : cleaned;
}

/** The one that is installed beside this code, with the version that its templates are shown under. */
function findCreateVite(): { folder: string; source: string } {
  const file = createRequire(import.meta.url).resolve('create-vite/package.json');
  const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name: string; version: string };
  return { folder: dirname(file), source: `${name}@${version}` };
}

/** Modes as git would keep them: 755 where anybody may execute, else 644. */
function walk(root: string, below: string): TemplateFile[] {
  return readdirSync(join(root, below), { withFileTypes: true }).flatMap((entry) => {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) return walk(root, path);
    const file = join(root, path);
    const renamed = below === '' ? (renames[entry.name] ?? path) : path;
    return [{ path: renamed, mode: statSync(file).mode & 0o111 ? 0o755 : 0o644, bytes: readFileSync(file) }];
  });
}

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
