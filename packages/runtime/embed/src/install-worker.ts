/**
 * Resolves when a service worker of this address works. An earlier version counts: it is replaced behind the page's
 * back, when the newer one is whole.
 */
export async function installWorker(container: ServiceWorkerContainer, url: string): Promise<void> {
  const registration = await container.register(url);
  if (registration.active !== null) return;
  const worker = registration.installing ?? registration.waiting;
  if (worker === null) throw new Error(`Cannot install "${url}": the browser has begun with nothing`);
  await new Promise<void>((resolve, reject) => {
    const look = (): void => {
      if (worker.state === 'activated') resolve();
      else if (worker.state === 'redundant')
        reject(new Error(`Cannot install "${url}": its files could not be had whole`));
    };
    worker.addEventListener('statechange', look);
    look();
  });
}
