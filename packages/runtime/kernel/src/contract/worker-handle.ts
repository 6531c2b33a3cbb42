/** A worker as the kernel sees it; `container` makes it from a real one. */
export interface WorkerHandle {
  post(message: unknown, transfer?: readonly unknown[]): void;
  onMessage(receiver: (message: unknown, ports: readonly unknown[]) => void): void;
  /** The worker's script failed to load, or an error escaped it. */
  onError(receiver: (message: string) => void): void;
  /**
   * Ends it. Settles when surely none of its instructions runs any more: Chromium
   * gives a worker that is busy or waits two seconds, measured. Whoever cannot
   * tell returns nothing.
   */
  terminate(): Promise<unknown> | void;
}
