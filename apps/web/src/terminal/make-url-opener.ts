import type { WebContainer } from '@webcontainer/api';

/** Names by which programs say where they listen; in this page's browser they mean another machine. */
const OWN_HOSTS = new Set(['localhost', '127.0.0.1', '0.0.0.0', '[::1]', '[::]']);

/** The address under which a browser reaches what a program printed: a port of the container has a preview. */
export function reachableUrl(printed: string, previews: ReadonlyMap<number, string>): string {
  if (!URL.canParse(printed)) return printed;
  const url = new URL(printed);
  const preview = OWN_HOSTS.has(url.hostname) ? previews.get(Number(url.port || 80)) : undefined;
  return preview === undefined ? printed : new URL(`${url.pathname}${url.search}${url.hash}`, preview).href;
}

/** Opens addresses in a tab of their own; `stop` ends the listening to ports. */
export function makeUrlOpener(container: Pick<WebContainer, 'on'>): { open(url: string): void; stop(): void } {
  const previews = new Map<number, string>();
  const stop = container.on('server-ready', (port, url) => void previews.set(port, url));
  return { open: (url) => void window.open(reachableUrl(url, previews), '_blank', 'noopener'), stop };
}
