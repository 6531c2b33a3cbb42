import { build, type Plugin } from 'vite';

const SUFFIX = '?program';

/**
 * `import TEXT from './main.ts?program'`: the module with all that it imports as the text of one CommonJS script, which
 * a page hands to `node -e` in its container.
 */
export function containerPrograms(): Plugin {
  return {
    name: 'slipway-container-programs',
    enforce: 'pre',
    async resolveId(id, importer) {
      if (!id.endsWith(SUFFIX)) return undefined;
      const resolved = await this.resolve(id.slice(0, -SUFFIX.length), importer, { skipSelf: true });
      return resolved === null ? undefined : `\0${resolved.id}${SUFFIX}`;
    },
    async load(id) {
      if (!id.startsWith('\0') || !id.endsWith(SUFFIX)) return undefined;
      const entry = id.slice(1, -SUFFIX.length);
      this.addWatchFile(entry);
      return `export default ${JSON.stringify(await bundleProgram(entry))};`;
    },
  };
}

/** The text of a program; Node's own modules stay outside. */
export async function bundleProgram(entry: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: entry,
      target: 'node24',
      write: false,
      minify: true,
      rolldownOptions: { output: { format: 'cjs' } },
    },
  });
  const outputs = Array.isArray(built) ? built : [built];
  const chunk = outputs.flatMap((each) => ('output' in each ? each.output : [])).find(({ type }) => type === 'chunk');
  if (chunk?.type !== 'chunk') throw new Error(`Cannot build the program "${entry}": nothing came of it`);
  return chunk.code;
}
