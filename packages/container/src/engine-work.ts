import { putEngineAnswer, refuseEngineWork, type EngineWork } from '@slipway/kernel';

/** What processes ask of the browser's engine. It computes on a thread of its own: the kernel's worker stays free. */
export async function doEngineWork({ kind, input, page }: EngineWork): Promise<void> {
  try {
    putEngineAnswer(page, new Uint8Array(await crypto.subtle.digest(kind, input)));
  } catch (error) {
    console.warn(`Cannot do "${kind}" in the engine: ${String(error)}`);
    refuseEngineWork(page);
  }
}
