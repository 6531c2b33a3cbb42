import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEmbedderPattern, RUNTIME_CONFIG_PATH, type RuntimeConfig } from '@slipway/wire';
import { writeRecipes } from './static-recipes.ts';

/** Previews need a wildcard name below `origin`, containers alone do not. */
export interface StaticFolderOptions {
  /** Origin of the bare host: `https://rt.example.org`. */
  readonly origin: string;
  /** Whose pages may boot containers there, as ALLOWED_EMBEDDERS has them. */
  readonly embedders: readonly string[];
  /** With a wildcard name below it (`*.example.org` and `*.rt.example.org`) previews run too. */
  readonly previewDomain?: string | undefined;
  /** Registry whose requests go elsewhere, and where: the address of a mirror. Absent: they go to the registry. */
  readonly mirror?: { readonly registries: readonly string[]; readonly url: string } | undefined;
}

const NO_PREVIEW = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>No previews here</title>
    <style>
      :root { color-scheme: light dark; }
      body { font: 16px/1.5 system-ui, sans-serif; margin: 15vh auto; max-width: 34rem; padding: 0 1rem; }
      h1 { font-size: 1.25rem; }
    </style>
  </head>
  <body>
    <h1>The program runs, but its pages cannot be shown</h1>
    <p>
      This runtime is served at one name, and every port of a container needs a name of its own. Serve it with a
      wildcard name and write its folder with <code>--preview-domain</code>; requests of the container’s own programs to
      <code>localhost</code> work already.
    </p>
  </body>
</html>
`;

/** Writes the runtime that lies in `from` as a folder that one copies to a host of files; gives its settings' names. */
export async function writeStaticFolder(
  from: string,
  to: string,
  options: StaticFolderOptions,
): Promise<readonly string[]> {
  const config = describePlace(options);
  await mkdir(join(to, '__slip'), { recursive: true });
  // What an older runtime left would never be asked for.
  await rm(join(to, 'assets'), { recursive: true, force: true });
  for (const name of await readdir(from)) {
    // Compressed ones are for our own server; and nobody needs to be checked first where no header keeps them out.
    if (name.endsWith('.br') || name === 'check.html') continue;
    // Every kind of host finds a page by its address without `.html`.
    const at = name === 'authorize.html' ? 'oauth/authorize.html' : name;
    await cp(join(from, name), join(to, at), { recursive: true, filter: (path) => !path.endsWith('.br') });
  }
  await writeFile(join(to, RUNTIME_CONFIG_PATH), `${JSON.stringify(config, undefined, 2)}\n`);
  await writeFile(join(to, 'no-preview.html'), NO_PREVIEW);
  const recipes = writeRecipes(options);
  for (const [name, text] of Object.entries(recipes)) await writeFile(join(to, name), text);
  return Object.keys(recipes);
}

/** Throws for an address that is no bare origin. */
export function describePlace(options: StaticFolderOptions): RuntimeConfig {
  if (!URL.canParse(options.origin) || new URL(options.origin).origin !== options.origin)
    throw new Error(`Cannot write the runtime: "${options.origin}" is not an origin such as "https://rt.example.org"`);
  const { protocol, host, port } = new URL(options.origin);
  const embedders = options.embedders.map((pattern) => parseEmbedderPattern(pattern).source);
  if (embedders.length === 0) throw new Error('Cannot write the runtime: nobody may embed it, name an embedder');
  const { previewDomain, mirror } = options;
  const suffix = port === '' ? '' : `:${port}`;
  return {
    version: 1,
    // There is no IDE: nobody beside the embedders.
    app: { origin: options.origin },
    runtime: {
      originPattern: previewDomain === undefined ? options.origin : `${protocol}//{container}.${host}`,
      bareOrigin: options.origin,
      allowedParents: embedders,
    },
    preview: {
      originPattern:
        previewDomain === undefined
          ? `${options.origin}/no-preview?port={port}`
          : `${protocol}//{port}--{id}.${previewDomain}${suffix}`,
    },
    registry: { origins: [...(mirror?.registries ?? [])], mirrorPath: mirror?.url ?? '/npm/' },
  };
}
