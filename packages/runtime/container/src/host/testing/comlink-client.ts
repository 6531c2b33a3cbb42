/** The client's own Comlink 4.3.0, out of its package: the other side in Node tests. */
import { pathToFileURL } from 'node:url';

export interface ClientComlink {
  wrap(port: MessagePort): Remote;
  proxy<T extends object>(value: T): T;
  transfer<T>(value: T, transfer: readonly unknown[]): T;
  readonly releaseProxy: symbol;
}

/** Anything: the wire has no types, and tests also do what is not allowed. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Remote = any;

export async function loadClientComlink(): Promise<ClientComlink> {
  const entry = pathToFileURL(`${process.cwd()}/node_modules/@webcontainer/api/dist/vendor/index.js`).href;
  const module = (await import(/* @vite-ignore */ entry)) as { Comlink: ClientComlink };
  return module.Comlink;
}
