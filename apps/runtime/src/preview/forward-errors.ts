/** Uncaught errors, unhandled rejections and console.error of a preview page, for `on('preview-message')`. */
import type { PageReport, PageSettings } from '@slipway/gateway/preview';

/** What happens before the kernel has said whether it wants to know. */
const MAX_EARLY = 50;

/** `open` is called at the first error or once the page has loaded, so that a page without errors is not slowed. */
export function forwardErrors(open: () => MessagePort): void {
  const previewId = crypto.randomUUID();
  let settings: PageSettings['forwardErrors'] | undefined;
  let port: MessagePort | undefined;
  let early: PageReport[] = [];

  const connect = (): void => {
    if (port !== undefined) return;
    port = open();
    port.addEventListener('message', ({ data }: MessageEvent<PageSettings>) => {
      if (data.type !== 'settings') return;
      settings = data.forwardErrors;
      if (settings !== false) for (const report of early) post(report);
      early = [];
    });
    port.start();
    addEventListener('pagehide', () => port?.postMessage({ type: 'bye' }));
  };

  const post = (report: PageReport): void => {
    try {
      port?.postMessage(report);
    } catch {
      // An argument that cannot be cloned (a function, a DOM node): its text has to do.
      const { message } = report as { message: { args?: unknown[] } };
      port?.postMessage({
        type: 'report',
        message: { ...message, args: message.args?.map((value) => cloneable(value)) },
      });
    }
  };

  const report = (message: object): void => {
    const { pathname, search, hash } = location;
    const full: PageReport = { type: 'report', message: { previewId, pathname, search, hash, ...message } };
    if (settings === undefined) {
      if (early.length < MAX_EARLY) early.push(full);
      connect();
    } else if (settings !== false) post(full);
  };

  addEventListener('error', (event) => {
    // Failed images and scripts are events without an error.
    if (event.error === undefined && event.message === undefined) return;
    report({ type: 'PREVIEW_UNCAUGHT_EXCEPTION', message: event.message, stack: stackOf(event.error) });
  });
  addEventListener('unhandledrejection', (event) => {
    const reason: unknown = event.reason;
    report({
      type: 'PREVIEW_UNHANDLED_REJECTION',
      message: reason instanceof Error ? reason.message : String(reason),
      stack: stackOf(reason),
    });
  });
  const native = console.error;
  console.error = (...args: unknown[]) => {
    native.apply(console, args);
    report({ type: 'PREVIEW_CONSOLE_ERROR', args, stack: new Error('console.error').stack ?? '' });
  };
  if (document.readyState === 'complete') connect();
  else addEventListener('load', connect, { once: true });
}

function stackOf(error: unknown): string | undefined {
  return error instanceof Error ? error.stack : undefined;
}

function cloneable(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return String(value);
  }
}
