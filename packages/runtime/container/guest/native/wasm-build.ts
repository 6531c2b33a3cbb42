/**
 * Builds for WebAssembly of what napi-rs compiles: a package of its own, which the generated loader asks for by name
 * when no addon can be loaded. Not every release has one, and some that have do not name it among their dependencies.
 */

/** A package, and the version that its loader was published with. */
export interface WasmBuild {
  readonly name: string;
  readonly version: string;
}

/** Of package.json, whatever stands there. */
export type Manifest = Readonly<Record<string, unknown>>;

const SUFFIX = '-wasm32-wasi';
const NAME = /^(?:@[a-z0-9~-][\w.~-]*\/)?[a-z0-9~-][\w.~-]*-wasm32-wasi$/i;
const EXACT = /^\d+\.\d+\.\d+(?:-[\w.-]+)?$/;

/**
 * What `request` names in the package of `manifest`: in the version that its dependencies say, else in the package's
 * own, as all builds of a release have one version. `undefined` where it is no such name.
 */
export function wasmBuildOf(request: string, manifest: Manifest): WasmBuild | undefined {
  if (!NAME.test(request)) return undefined;
  const named = [manifest['optionalDependencies'], manifest['dependencies']].map((list) => fieldOf(list, request));
  const version = [...named, manifest['version']].find((each) => typeof each === 'string' && EXACT.test(each));
  return version === undefined ? undefined : { name: request, version: version as string };
}

/** What the loader of this package will ask for; `undefined` where it was compiled for no WebAssembly. */
export function declaredBuild(manifest: Manifest): string | undefined {
  const napi = manifest['napi'];
  const targets = fieldOf(napi, 'targets') ?? fieldOf(fieldOf(napi, 'triples'), 'additional');
  if (!Array.isArray(targets) || !targets.some((each) => typeof each === 'string' && each.startsWith('wasm32-')))
    return undefined;
  const owner = fieldOf(napi, 'packageName') ?? fieldOf(fieldOf(napi, 'package'), 'name') ?? manifest['name'];
  const name = `${String(owner)}${SUFFIX}`;
  return NAME.test(name) ? name : undefined;
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}
