import { ANNOUNCE_TYPE, FOLLOW_TYPE, followReport, type FollowRequest, STARTING_TYPE } from '@slipway/wire';
import { type Accessor, createEffect, createSignal, on, onCleanup } from 'solid-js';
import { nextPageState, type PageEvent, type PageState } from './page-state.ts';

/** The page in the preview's frame: where it is, and what can be done with it. */
export interface FollowedPage {
  readonly state: Accessor<PageState>;
  /** Of the address, without its origin, which is the preview's and means nothing to people. */
  readonly path: Accessor<string>;
  readonly canGoBack: Accessor<boolean>;
  readonly canGoForward: Accessor<boolean>;
  /** The frame, once it is in the document; its `load` events go to `loaded`. */
  attach(frame: HTMLIFrameElement): void;
  loaded(): void;
  /** Goes to what was typed: a path, or an address of this preview. */
  go(typed: string): void;
  back(): void;
  forward(): void;
  reload(): void;
  /** The text at an address of the page's origin; undefined where it cannot be had. */
  read(url: URL): Promise<string | undefined>;
}

/** How long a page may take to read a text: one that is stopped by a debugger never answers. */
const READ_LIMIT_MS = 5000;
/** A page is asked for so many texts at once. */
const MAX_READS = 20;
/** Where a new frame is: nothing is known of its history before it speaks. */
const START = { path: '/', canGoBack: false, canGoForward: false };

/** Follows the page at `url`, the preview's own address; undefined while there is none. */
export function createPage(url: Accessor<string | undefined>): FollowedPage {
  const [state, setState] = createSignal<PageState>({ name: 'away' });
  const [place, setPlace] = createSignal(START);
  const reads = new Map<number, (text: string | undefined) => void>();
  let frame: HTMLIFrameElement | undefined;
  let port: MessagePort | undefined;
  let lastRead = 0;

  const dispatch = (event: PageEvent): void => void setState((before) => nextPageState(before, event));
  /** Of the page that was there: whoever still waits for a text of it gets none. */
  const letGo = (): void => {
    port?.close();
    port = undefined;
    for (const settle of reads.values()) settle(undefined);
    reads.clear();
  };
  const receive = (data: unknown): void => {
    const report = followReport.safeParse(data).data;
    if (report?.type === 'location') setPlace({ ...report });
    else if (report?.type === 'painted') dispatch('painted');
    else if (report?.type === 'text') reads.get(report.id)?.(report.text ?? undefined);
  };
  /**
   * A channel of its own, given to that origin alone: another page that comes into the frame cannot hear or
   * answer on it.
   */
  const follow = (origin: string): void => {
    letGo();
    const channel = new MessageChannel();
    port = channel.port1;
    port.addEventListener('message', ({ data }: MessageEvent<unknown>) => receive(data));
    port.start();
    frame?.contentWindow?.postMessage({ type: FOLLOW_TYPE }, origin, [channel.port2]);
  };
  /** Any window may post messages here: only those of this frame, at the preview's own origin, count. */
  const onMessage = (event: MessageEvent<{ type?: unknown } | null>): void => {
    const address = url();
    if (frame === undefined || event.source !== frame.contentWindow || address === undefined) return;
    const { origin } = new URL(address);
    if (event.origin !== origin) return;
    if (event.data?.type === STARTING_TYPE) dispatch('starting');
    else if (event.data?.type === ANNOUNCE_TYPE) {
      dispatch('spoke');
      follow(origin);
    }
  };
  addEventListener('message', onMessage);
  onCleanup(() => removeEventListener('message', onMessage));
  onCleanup(letGo);
  createEffect(
    on(url, (address) => {
      letGo();
      setPlace(START);
      dispatch(address === undefined ? 'taken' : 'sent');
    }),
  );

  const ask = (request: FollowRequest): void => port?.postMessage(request);
  const send = (path: string): void => {
    const address = url();
    if (frame === undefined || address === undefined) return;
    const target = addressBelow(address, path);
    dispatch('sent');
    // A text or a picture never says where it is; what speaks corrects this.
    setPlace((before) => ({ ...before, path: target.slice(new URL(target).origin.length) }));
    frame.src = target;
  };
  return {
    state,
    path: () => place().path,
    canGoBack: () => place().canGoBack,
    canGoForward: () => place().canGoForward,
    attach: (element) => (frame = element),
    loaded: () => dispatch('loaded'),
    go: send,
    back: () => ask({ type: 'back' }),
    forward: () => ask({ type: 'forward' }),
    reload: () => (port === undefined ? send(place().path) : ask({ type: 'reload' })),
    read: (target) => {
      if (port === undefined || reads.size >= MAX_READS) return Promise.resolve(undefined);
      const id = ++lastRead;
      return new Promise<string | undefined>((resolve) => {
        const settle = (text: string | undefined): void => {
          clearTimeout(timer);
          reads.delete(id);
          resolve(text);
        };
        const timer = setTimeout(() => settle(undefined), READ_LIMIT_MS);
        reads.set(id, settle);
        ask({ type: 'read', id, path: target.pathname + target.search });
      });
    },
  };
}

/** The address below the preview's own origin, whatever was typed. */
export function addressBelow(preview: string, typed: string): string {
  const home = new URL(preview);
  const meant = URL.canParse(typed, home) ? new URL(typed, home) : home;
  // The path of `javascript:` and the like has no slash, and would end up in the host.
  const { pathname, search, hash } = meant.pathname.startsWith('/') ? meant : home;
  return home.origin + pathname + search + hash;
}
