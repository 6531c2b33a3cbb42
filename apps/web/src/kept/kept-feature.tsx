import Unplug from 'lucide-solid/icons/unplug';
import { Show } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import type { Feature } from '../workbench/feature.ts';
import { formatAmount } from '../usage/format-amount.ts';

/**
 * What this browser keeps of the project between two visits: whether it does, how much it is,
 * and how to be rid of it.
 */
export const keptFeature: Feature = {
  id: 'kept',
  create: ({ kept, control, toast, confirm, api, project }) => {
    const state = () => kept.state().state;
    const takeOver = async (): Promise<void> => {
      await control?.takeKept();
      // The folder is read at the start of a container.
      location.reload();
    };
    const forget = async (): Promise<void> => {
      const { keptBytes } = (await control?.inspect()) ?? {};
      const size =
        keptBytes === undefined ? '' : ` This project takes ${formatAmount('storedBytes', keptBytes)} of it.`;
      const yes = await confirm({
        title: 'Delete what this browser keeps of the project?',
        text: `The next visit begins with what is saved on the server, and installs again.${size}`,
        confirm: 'Delete',
        danger: true,
      });
      if (!yes) return;
      await control?.forgetKept();
      api.known.forget(project.id);
      toast({ title: 'Nothing of this project is kept in this browser until it is opened again' });
    };
    const tell = (work: Promise<void>): void =>
      void work.catch((error: unknown) => toast({ tone: 'error', title: 'That did not work', text: messageOf(error) }));
    return {
      commands: [
        {
          id: 'forget-kept',
          title: () => 'Delete the files kept in this browser',
          category: 'Project',
          when: () => state() === 'kept' || state() === 'failed',
          run: () => tell(forget()),
        },
        {
          id: 'take-kept',
          title: () => 'Keep the files from this tab on',
          category: 'Project',
          when: () => state() === 'elsewhere',
          run: () => tell(takeOver()),
        },
      ],
      foot: () => (
        <>
          <Show when={state() === 'elsewhere'}>
            <button
              class="kept-foot"
              onClick={() => tell(takeOver())}
              title="Reloads this tab with the files of the other one"
            >
              node_modules is kept by another tab · Take over
            </button>
          </Show>
          <Show when={state() === 'failed' && kept.state().message}>
            {(message) => (
              <span class="kept-foot" role="status" title={message()}>
                <Unplug size={14} aria-hidden="true" /> Not kept in this browser
              </span>
            )}
          </Show>
        </>
      ),
    };
  },
};
