/** What a container needs of the page that boots it, as the page sees it. */
export interface PageFacts {
  /** https, or a name that ends in `.localhost`. */
  readonly secure: boolean;
  /** The isolation headers arrived, and the browser honours them. */
  readonly isolated: boolean;
  /** Shared memory that can grow is there. */
  readonly growable: boolean;
}

/** `growable` is `SharedArrayBuffer.prototype.grow`, by which a container's file system gets its room. */
export function readPageFacts(): PageFacts {
  return {
    secure: isSecureContext,
    isolated: crossOriginIsolated,
    growable: typeof SharedArrayBuffer === 'function' && 'grow' in SharedArrayBuffer.prototype,
  };
}

/**
 * Why no container can run here, in a sentence that says what to do; undefined
 * where one can. Asked before a boot, which would end in silence after its limit.
 */
export function missingNeed({ secure, isolated, growable }: PageFacts): string | undefined {
  if (!secure)
    return (
      'Browsers share memory between workers on https pages and on names that end in .localhost alone. ' +
      'Open Slipway by such an address.'
    );
  if (!isolated)
    return (
      'This page is not isolated from others: its headers were lost on the way, perhaps in a proxy, ' +
      'or the browser does not know them. Use Chrome or Edge 111, Firefox 145 or a newer one.'
    );
  if (!growable)
    return 'This browser has no shared memory that can grow. Use Chrome or Edge 111, Firefox 145 or a newer one.';
  return undefined;
}
