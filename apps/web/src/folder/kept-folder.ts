import type { ControlClient } from '@slipway/embed';
import type { KeptState } from '@slipway/wire';
import { type Accessor, createSignal, onCleanup } from 'solid-js';
import { type KeptNote, parseNote } from './kept-note.ts';

/** `restored` decides how much a save has to look at. */
export interface KeptFolder {
  readonly state: Accessor<KeptState>;
  /** It was there before this container was, with what it was noted to be. */
  readonly restored: boolean;
  readonly before: KeptNote | undefined;
  /** What is true of the files as they are now: it is on the disk with them when this resolves. */
  note(change: Partial<KeptNote>): Promise<void>;
}

/** Asks a container that is there; call it under an owner. */
export async function openKeptFolder(control: ControlClient): Promise<KeptFolder> {
  let stop: () => void = () => undefined;
  onCleanup(() => stop());
  const [state, setState] = createSignal<KeptState>({ state: 'off', restored: false });
  await new Promise<void>((resolve) => {
    stop = control.on('persistence', ({ type: _type, ...told }) => {
      setState(told);
      resolve();
    });
  });
  const { restored, note: text } = state();
  const before = restored ? parseNote(text) : undefined;
  let now: KeptNote = before ?? { base: null, installed: null };
  return {
    state,
    restored,
    before,
    async note(change) {
      now = { ...now, ...change };
      if (state().state === 'kept') await control.persist(JSON.stringify(now));
    },
  };
}
