/**
 * What one output stream of a process may still send: the page's side of the
 * credit (`wire/container-control.ts`). At most `windowBytes` are granted and not
 * yet used up, so a page that uses nothing keeps no more than that.
 */
export class OutputCredit {
  readonly #windowBytes: number;
  readonly #grant: (bytes: number) => void;
  #granted: number;
  /** Used up by the page, and not granted anew yet. */
  #owed = 0;

  /** The container knows of the first `windowBytes` by the request that starts the process. */
  constructor(windowBytes: number, grant: (bytes: number) => void) {
    this.#windowBytes = windowBytes;
    this.#grant = grant;
    this.#granted = windowBytes;
  }

  /** Bytes have come. False where they were not granted: the container does not keep to the protocol. */
  take(bytes: number): boolean {
    if (bytes > this.#granted) return false;
    this.#granted -= bytes;
    return true;
  }

  /** The page is done with bytes that came. In halves of the window, so that small pieces cost no message each. */
  used(bytes: number): void {
    this.#owed += bytes;
    if (this.#owed * 2 < this.#windowBytes) return;
    this.#granted += this.#owed;
    this.#grant(this.#owed);
    this.#owed = 0;
  }
}
