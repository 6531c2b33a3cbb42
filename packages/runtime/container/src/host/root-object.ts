/** The object behind the `init` port. It lives as long as the page; every boot calls `build()` on it. */
import { parseBuildArguments, type BuildOptions } from '@slipway/wire';
import { Proxied, type Exposed } from './comlink-endpoint.ts';
import type { Instance } from './container-instance.ts';

/** A boot that takes longer has failed: the client itself would wait for ever. */
const BUILD_MS = 120_000;

/** `build` is called for each boot, never two at a time: an earlier instance is torn down first. */
export function createRoot(build: (options: BuildOptions) => Promise<Instance>): Exposed {
  let current: { readonly instance: Promise<Instance>; settled: Promise<unknown> } | undefined;

  const buildNext = async (options: BuildOptions): Promise<Proxied> => {
    // The client asks for one at a time; a page that does not gets its previous one torn down.
    const before = current;
    const instance = (async () => {
      await before?.settled;
      const previous = await before?.instance.catch(() => undefined);
      await previous?.teardown();
      return build(options);
    })();
    current = { instance, settled: instance.catch(() => undefined) };
    return new Proxied((await withTimeout(instance)).exposed);
  };

  return { name: 'root', methods: { build: (args) => buildNext(parseBuildArguments(args)) } };
}

/** The boot itself goes on; whoever boots next waits for it and tears it down. */
async function withTimeout<T>(promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const timeout = new Promise<never>(
      (_, reject) =>
        (timer = setTimeout(
          () => reject(new Error(`Cannot boot: the container was not ready after ${BUILD_MS / 1000} s`)),
          BUILD_MS,
        )),
    );
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** What the client gets when there is nothing to boot: `build()` says why. */
export function createFailedRoot(reason: string): Exposed {
  return { name: 'root', methods: { build: () => Promise.reject(new Error(reason)) } };
}
