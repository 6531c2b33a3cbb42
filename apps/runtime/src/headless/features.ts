/**
 * What a browser must have beside isolation. Looked for and not guessed from its name: an engine that learns it
 * boots from then on.
 */
const FEATURES: readonly (readonly [name: string, there: (scope: Scope) => boolean])[] = [
  ['SharedArrayBuffer', (scope) => typeof scope.SharedArrayBuffer === 'function'],
  ['SharedArrayBuffer.prototype.grow', (scope) => typeof scope.SharedArrayBuffer?.prototype?.grow === 'function'],
  ['Atomics.waitAsync', (scope) => typeof scope.Atomics?.waitAsync === 'function'],
  ['WebAssembly', (scope) => typeof scope.WebAssembly === 'object'],
  ['Web Locks', (scope) => typeof scope.navigator?.locks === 'object'],
];

/** The global scope, as far as it is looked at. Anything of it may be missing. */
interface Scope {
  readonly SharedArrayBuffer?: { readonly prototype?: { readonly grow?: unknown } };
  readonly Atomics?: { readonly waitAsync?: unknown };
  readonly WebAssembly?: unknown;
  readonly navigator?: { readonly locks?: unknown };
}

/** Names of what is not there. */
export function missingFeatures(scope: object): string[] {
  return FEATURES.filter(([, there]) => !there(scope as Scope)).map(([name]) => name);
}

/** Names the browsers that have it. */
export function missingFeature(name: string): string {
  return `Cannot boot: this browser has no ${name}. Use Chromium, Chrome or Edge 120, Firefox 145 or newer`;
}
