/** The command of the npm package: `slipway-runtime FOLDER --origin … --embedder …`. */
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { writeStaticFolder } from './static-folder.ts';

const USAGE = `Usage: slipway-runtime FOLDER --origin ORIGIN --embedder PATTERN...
Writes the runtime as a folder of files that one copies to any static host.

  --origin https://rt.example.org         where the folder will be served
  --embedder https://app.example.org      whose pages may boot containers; again for others: "https://*.example.org"
  --preview-domain example.org            previews at "3000--abc.example.org": needs the names *.example.org and
                                          *.rt.example.org to lead to the same folder
  --registry https://registry.example     a registry that programs ask, ...
  --mirror https://mirror.example/npm/    ... and the address that answers in its place

Files of settings lie in the folder: _headers (Netlify, Cloudflare Pages), vercel.json, nginx.conf, Caddyfile.
`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      origin: { type: 'string' },
      embedder: { type: 'string', multiple: true },
      'preview-domain': { type: 'string' },
      registry: { type: 'string', multiple: true },
      mirror: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  const [folder] = positionals;
  if (values.help === true) {
    process.stdout.write(USAGE);
    return;
  }
  if (folder === undefined || values.origin === undefined || values.embedder === undefined) {
    process.stderr.write(USAGE);
    process.exitCode = 2;
    return;
  }
  const { registry: registries = [], mirror: url } = values;
  if ((url === undefined) !== (registries.length === 0))
    throw new Error('Cannot write the runtime: --registry and --mirror belong together');
  const settings = await writeStaticFolder(fileURLToPath(new URL('../runtime', import.meta.url)), folder, {
    origin: values.origin,
    embedders: values.embedder,
    previewDomain: values['preview-domain'],
    mirror: url === undefined ? undefined : { registries, url },
  });
  process.stdout.write(`Wrote "${folder}" for ${values.origin}; settings of hosts: ${settings.join(', ')}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`slipway-runtime: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
