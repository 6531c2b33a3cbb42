/** What a user of the package does on a host: boot, run, serve, look at the preview. */
import type { Page } from 'playwright-core';
import type { BootContainerOptions, PreviewElement } from '@slipway/embed/drop-in';
import type { WebContainer } from '@webcontainer/api';

/** Of the page whose script is `PAGE_MODULE`. */
export interface EmbeddingWindow {
  readonly bootContainer: (options: BootContainerOptions) => Promise<WebContainer>;
  container: WebContainer;
}

export const PAGE_MODULE = `
  import { bootContainer, definePreviewElement } from '@slipway/embed';
  definePreviewElement();
  document.body.append(Object.assign(document.createElement('slipway-preview'), { id: 'preview' }));
  Object.assign(window, { bootContainer });
  document.title = 'ready';
`;

/** Boots and runs a program; gives what it printed. */
export function bootAndRun(page: Page, origin: string, command: string, args: readonly string[]): Promise<string> {
  return page.evaluate(
    async ({ origin, command, args }) => {
      const embedding = window as unknown as EmbeddingWindow;
      embedding.container ??= await embedding.bootContainer({ origin });
      const preview = document.querySelector('#preview') as PreviewElement;
      preview.container ??= embedding.container;
      const program = await embedding.container.spawn(command, args);
      let output = '';
      await program.output.pipeTo(new WritableStream({ write: (chunk) => void (output += chunk) }));
      return `${output}exit ${await program.exit}`;
    },
    { origin, command, args: [...args] },
  );
}

const SERVER =
  'require("http").createServer((q, r) => { r.setHeader("Content-Type", "text/html"); r.end("<!doctype html><h1>served</h1>") }).listen(3000)';

/** Serves on port 3000 of the booted container; gives the heading that the preview element then shows. */
export async function showPreview(page: Page): Promise<string> {
  await page.evaluate(async (server) => {
    const embedding = window as unknown as EmbeddingWindow;
    await embedding.container.spawn('node', ['-e', server]);
  }, SERVER);
  const heading = page.frameLocator('slipway-preview iframe').locator('h1');
  await heading.filter({ hasText: /served|cannot be shown/ }).waitFor();
  return await heading.innerText();
}
