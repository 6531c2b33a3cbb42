import { reloadPreview, type WebContainer } from '@webcontainer/api';

/** Of a container only its events: the element starts nothing and stops nothing. */
export type PreviewContainer = Pick<WebContainer, 'on'>;

/** `<slipway-preview port="5173">`: shows what a container serves on a port, from when it is served. */
export interface PreviewElement extends HTMLElement {
  /** To be set before the program is started: what was opened earlier is not told. */
  container: PreviewContainer | undefined;
  reload(): Promise<void>;
}

const STYLE = `
  :host { display: block; position: relative; min-height: 10rem; color-scheme: light dark; }
  iframe { border: 0; width: 100%; height: 100%; position: absolute; inset: 0; background: white; }
  p { margin: 0; padding: 1rem; font: 14px/1.5 system-ui, sans-serif; color: CanvasText; }
  [hidden] { display: none; }
`;

/**
 * Defines `<slipway-preview>` (or another name), once. Attributes: `port`, the port to show, by default the first that
 * is served; `path`, where to begin, by default `/`; `label`, what a screen reader calls it. Tells `preview-ready` with
 * `{ port, url }` in its detail.
 */
export function definePreviewElement(name = 'slipway-preview'): void {
  if (customElements.get(name) !== undefined) return;
  customElements.define(
    name,
    class extends HTMLElement implements PreviewElement {
      static readonly observedAttributes = ['port', 'path', 'label'];
      readonly #frame = document.createElement('iframe');
      readonly #status = document.createElement('p');
      readonly #served = new Map<number, string>();
      #container: PreviewContainer | undefined;
      #stop: (() => void)[] = [];
      #shown: string | undefined;

      constructor() {
        super();
        const style = document.createElement('style');
        style.textContent = STYLE;
        this.#frame.allow = 'cross-origin-isolated; clipboard-read; clipboard-write; fullscreen';
        this.#status.setAttribute('role', 'status');
        this.attachShadow({ mode: 'open' }).append(style, this.#status, this.#frame);
        this.#show();
      }

      get container(): PreviewContainer | undefined {
        return this.#container;
      }

      set container(container: PreviewContainer | undefined) {
        this.#release();
        this.#container = container;
        this.#served.clear();
        if (container !== undefined && this.isConnected) this.#watch(container);
        this.#show();
      }

      connectedCallback(): void {
        if (this.#container !== undefined && this.#stop.length === 0) this.#watch(this.#container);
      }

      disconnectedCallback(): void {
        this.#release();
      }

      attributeChangedCallback(): void {
        this.#show();
      }

      async reload(): Promise<void> {
        if (this.#shown !== undefined) await reloadPreview(this.#frame);
      }

      #watch(container: PreviewContainer): void {
        this.#stop = [
          container.on('server-ready', (port, url) => {
            this.#served.set(port, url);
            this.#show();
          }),
          container.on('port', (port, type) => {
            if (type === 'close' && this.#served.delete(port)) this.#show();
          }),
        ];
      }

      #release(): void {
        for (const stop of this.#stop.splice(0)) stop();
      }

      #show(): void {
        const wanted = this.getAttribute('port');
        const port = wanted === null ? this.#served.keys().next().value : Number(wanted);
        const served = port === undefined ? undefined : this.#served.get(port);
        const path = this.getAttribute('path') ?? '/';
        const url = served === undefined ? undefined : addressOf(served, path);
        this.#frame.title = this.getAttribute('label') ?? 'Preview';
        this.#frame.hidden = url === undefined;
        this.#status.hidden = url !== undefined;
        this.#status.textContent =
          wanted === null ? 'Nothing is served yet' : `Nothing is served on port ${wanted} yet`;
        if (url === this.#shown) return;
        this.#shown = url;
        this.#frame.src = url ?? 'about:blank';
        if (url !== undefined)
          this.dispatchEvent(new CustomEvent('preview-ready', { detail: { port, url }, bubbles: true }));
      }
    },
  );
}

/** A runtime that has no previews names a page which says so: that stands as it is. */
function addressOf(served: string, path: string): string {
  const { pathname, search } = new URL(served);
  return pathname !== '/' || search !== '' ? served : new URL(path, `${served}/`).href;
}
