import { createSignal } from 'solid-js';
import { messageOf } from '../api/api-error.ts';

/** One thing at a time that a person has asked for, and what became of the last one. */
export function createDoing() {
  const [busy, setBusy] = createSignal(false);
  const [failure, setFailure] = createSignal<string>();
  const [done, setDone] = createSignal<string>();
  return {
    busy,
    failure,
    /** What was done, until the next thing is begun. */
    done,
    forget: () => setFailure(undefined),
    /** Resolves with whether it went well; `told` is shown then. */
    run: async (work: () => Promise<unknown>, told?: string): Promise<boolean> => {
      setBusy(true);
      setFailure(undefined);
      setDone(undefined);
      try {
        await work();
        setDone(told);
        return true;
      } catch (error) {
        setFailure(messageOf(error));
        return false;
      } finally {
        setBusy(false);
      }
    },
  };
}

/** Inferred from `createDoing`, so that it is declared once. */
export type Doing = ReturnType<typeof createDoing>;
