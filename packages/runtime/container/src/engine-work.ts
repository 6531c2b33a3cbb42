import { putEngineAnswer, refuseEngineWork, type EngineWork } from '@slipway/kernel';

/** What processes ask of the browser's engine. It computes on a thread of its own: the kernel's worker stays free. */
export function doEngineWork({ kind, input, page }: EngineWork): void {
  crypto.subtle
    .digest(kind, input)
    .then((digest) => putEngineAnswer(page, new Uint8Array(digest)))
    .catch((error: unknown) => {
      console.warn(`Cannot do "${kind}" in the engine: ${String(error)}`);
      refuseEngineWork(page);
    });
}
