import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  InstantiationError,
  type Manifest,
  MANIFEST_SECTION,
  parseManifest,
  prepareComponent,
  withManifest,
  wrapCoreModule,
} from '@slipway/plugin-host';

/** A component of an author's folder, checked as a server checks it. */
export interface BuiltPlugin {
  readonly component: Uint8Array<ArrayBuffer>;
  readonly manifest: Manifest;
}

/** Which file there is says which language it is. */
const BUILDERS: Readonly<Record<string, (directory: string) => Promise<Uint8Array<ArrayBuffer>>>> = {
  'plugin.js': buildJavaScript,
  'plugin.ts': buildAssemblyScript,
  'plugin.wat': buildWat,
};

/** Compiles an author's folder by its own compiler. */
export async function buildPlugin(directory: string): Promise<BuiltPlugin> {
  const source = Object.keys(BUILDERS).find((name) => existsSync(join(directory, name)));
  if (source === undefined)
    throw new Error(`Cannot build "${directory}": it has none of ${Object.keys(BUILDERS).join(', ')}`);
  const manifestPath = join(directory, 'manifest.json');
  if (!existsSync(manifestPath)) throw new Error(`Cannot build "${directory}": it has no manifest.json`);
  let said: unknown;
  try {
    said = JSON.parse(readFileSync(manifestPath, 'utf8'));
  } catch (error) {
    throw new Error(`Cannot read "${manifestPath}": ${error instanceof Error ? error.message : String(error)}`);
  }
  const component = withManifest(await BUILDERS[source]!(directory), said);
  try {
    const { customs } = prepareComponent(component);
    return { component, manifest: parseManifest(customs.get(MANIFEST_SECTION)) };
  } catch (error) {
    if (error instanceof InstantiationError) throw new Error(`Cannot build "${directory}": ${error.message}`);
    throw error;
  }
}

/** The author's, not ours: what it makes decides how much fuel a call costs. `file` is its entry. */
async function loadCompiler<T>(directory: string, name: string, file: string): Promise<T> {
  // By the folders of packages, because one of the compilers has no entry for `require`.
  const folders = createRequire(join(directory, 'package.json')).resolve.paths(name) ?? [];
  const path = folders.map((folder) => join(folder, name, file)).find((candidate) => existsSync(candidate));
  if (path === undefined)
    throw new Error(`Cannot find the compiler "${name}": run "npm install" in "${directory}" first`);
  return (await import(pathToFileURL(path).href)) as T;
}

/** What we call of the compiler; the package is the author's, so its types are not here. */
interface ComponentizeQjs {
  componentize(options: {
    witPath: string;
    jsSource: string;
    sync: true;
    optSize: true;
  }): Promise<{ component: Uint8Array }>;
}

/**
 * The compiler makes a component itself, by the world's text in the folder. By version it is a module or
 * CommonJS, so its functions may stand under `default`.
 */
async function buildJavaScript(directory: string): Promise<Uint8Array<ArrayBuffer>> {
  const loaded = await loadCompiler<ComponentizeQjs & { default?: ComponentizeQjs }>(
    directory,
    'componentize-qjs',
    'index.js',
  );
  const { componentize } = loaded.default ?? loaded;
  const { component } = await componentize({
    witPath: join(directory, 'slipway.wit'),
    jsSource: readFileSync(join(directory, 'plugin.js'), 'utf8'),
    sync: true,
    optSize: true,
  });
  return new Uint8Array(component);
}

interface AssemblyScript {
  main(
    options: readonly string[],
    host: {
      readFile(name: string): string | null;
      writeFile(name: string, content: string | Uint8Array): void;
      listFiles(): string[];
    },
  ): Promise<{ error: Error | null; stderr: { toString(): string } }>;
}

/**
 * With options of ours, because what is measured depends on them: `stub` never frees, and without `abort` no
 * import is left that the host does not have.
 */
async function buildAssemblyScript(directory: string): Promise<Uint8Array<ArrayBuffer>> {
  const asc = await loadCompiler<AssemblyScript>(directory, 'assemblyscript', 'dist/asc.js');
  let core: Uint8Array | undefined;
  const options = ['plugin.ts', '--outFile', 'out.wasm', '-O', '--runtime', 'stub', '--use', 'abort='];
  const { error, stderr } = await asc.main(options, {
    readFile: (name) => (existsSync(join(directory, name)) ? readFileSync(join(directory, name), 'utf8') : null),
    writeFile: (_name, content) => {
      if (typeof content !== 'string') core = content;
    },
    listFiles: () => [],
  });
  if (error || !core) throw new Error(`Cannot compile "plugin.ts":\n${stderr.toString().trim()}`);
  return wrapCoreModule(core);
}

interface Wabt {
  parseWat(name: string, text: string, features: object): { toBinary(options: object): { buffer: Uint8Array } };
}

/** No more features than the meter understands: the server would refuse what comes of others. */
async function buildWat(directory: string): Promise<Uint8Array<ArrayBuffer>> {
  const { default: makeWabt } = await loadCompiler<{ default: () => Promise<Wabt> }>(directory, 'wabt', 'index.js');
  const wabt = await makeWabt();
  const features = { bulk_memory: true, multi_value: true, reference_types: true, sat_float_to_int: true, simd: true };
  const text = readFileSync(join(directory, 'plugin.wat'), 'utf8');
  return wrapCoreModule(new Uint8Array(wabt.parseWat('plugin.wat', text, features).toBinary({}).buffer));
}
