import * as z from 'zod';
import { cleanName, MAX_TERMINALS, NO_TERMINALS, type TerminalsState } from './terminals-state.ts';

/** Where the names and the order of a project's terminals are kept: `localStorage`, or what a test has in its place. */
export interface TerminalsMemory {
  load(): TerminalsState;
  save(state: TerminalsState): void;
}

/**
 * Another version of the page, or the person, may have written it. Names are cleaned as if they had just been
 * typed.
 */
const stored = z.object({
  terminals: z
    .array(z.object({ name: z.string().transform(cleanName).pipe(z.string().min(1)), group: z.int().positive() }))
    .max(MAX_TERMINALS),
  active: z.int().nonnegative(),
});

/** What was kept, as a state with ids of its own; nothing where it makes no sense any more. */
export function parseTerminals(text: string | null): TerminalsState {
  if (text === null) return NO_TERMINALS;
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return NO_TERMINALS;
    throw error;
  }
  const parsed = stored.safeParse(data);
  if (!parsed.success) return NO_TERMINALS;
  const entries = parsed.data.terminals.map(({ name, group }, at) => ({ id: at + 1, name, group }));
  return { entries, active: (entries[parsed.data.active] ?? entries[0])?.id };
}

/** Ids are not kept: they are given anew at each load. The active one is kept by its place. */
export function encodeTerminals({ entries, active }: TerminalsState): string {
  return JSON.stringify({
    terminals: entries.map(({ name, group }) => ({ name, group })),
    active: Math.max(
      0,
      entries.findIndex(({ id }) => id === active),
    ),
  });
}

/** The memory of a project in a store of the browser, which may be full or denied: then nothing is remembered. */
export function makeTerminalsMemory(store: Pick<Storage, 'getItem' | 'setItem'>, projectId: string): TerminalsMemory {
  const key = `slipway.terminals.${projectId}`;
  return {
    load() {
      try {
        return parseTerminals(store.getItem(key));
      } catch (error) {
        console.warn('Cannot read which terminals there were:', error);
        return NO_TERMINALS;
      }
    },
    save(state) {
      try {
        store.setItem(key, encodeTerminals(state));
      } catch (error) {
        console.warn('Cannot remember which terminals there are:', error);
      }
    },
  };
}
