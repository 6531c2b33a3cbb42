import type { AuditEntry, AuditResponse } from '@slipway/contracts';
import { type Accessor, createSignal } from 'solid-js';
import { messageOf } from '../api/api-error.ts';

/** Lines of a log that is read a page at a time, the newest first. */
export interface Audit {
  /** Undefined until the first page is there. */
  readonly entries: Accessor<readonly AuditEntry[] | undefined>;
  readonly more: Accessor<boolean>;
  readonly busy: Accessor<boolean>;
  /** Why the last page did not come; `readOn` asks for it again. */
  readonly failure: Accessor<string | undefined>;
  /** Reads the page behind those that are there; nothing while one is under way. */
  readOn(): Promise<void>;
}

/** Reads nothing before it is asked. */
export function createAudit(read: (before?: number) => Promise<AuditResponse>): Audit {
  const [entries, setEntries] = createSignal<readonly AuditEntry[]>();
  const [next, setNext] = createSignal<number | null>(null);
  const [busy, setBusy] = createSignal(false);
  const [failure, setFailure] = createSignal<string>();
  return {
    entries,
    more: () => next() !== null,
    busy,
    failure,
    async readOn() {
      // Two presses of the button would bring the same lines twice.
      if (busy()) return;
      setBusy(true);
      setFailure(undefined);
      try {
        const page = await read(next() ?? undefined);
        setEntries((known) => [...(known ?? []), ...page.entries]);
        setNext(page.next);
      } catch (error) {
        setFailure(messageOf(error));
      } finally {
        setBusy(false);
      }
    },
  };
}
