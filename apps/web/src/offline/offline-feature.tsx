import { runtimeOrigin } from '@slipway/wire';
import { createEffect, createSignal, onCleanup, Show } from 'solid-js';
import { keepOrigin } from '../kept/ask-origin.ts';
import type { Feature } from '../workbench/feature.ts';
import { dropShell, keepShell } from './keep-shell.ts';

/** The project's own first requests go before. */
const KEEP_AFTER_MS = 2_000;

/**
 * Lets a project open while no server answers, once this browser keeps its files: the IDE, what its container boots
 * from, and what it is called are kept as well (UX-18).
 */
export const offlineFeature: Feature = {
  id: 'offline',
  create: ({ api, project, kept }) => {
    const [opens, setOpens] = createSignal(api.isOffline());
    let gone = false;
    onCleanup(() => (gone = true));
    const keep = async (): Promise<void> => {
      const config = await api.config();
      if (!config.editor.offline) {
        api.known.belongTo(undefined);
        return await dropShell();
      }
      const owner = api.user();
      if (owner === undefined) return;
      await Promise.all([keepShell(), keepOrigin(runtimeOrigin(config, project.containerId))]);
      // Over a slow line that takes minutes: its files may have been deleted, or somebody else be here.
      if (gone || kept.state().state !== 'kept' || api.user()?.id !== owner.id) return;
      api.known.remember(owner, { project, config });
      setOpens(true);
    };
    createEffect(() => {
      if (opens() || kept.state().state !== 'kept') return;
      const timer = setTimeout(
        () => keep().catch((error: unknown) => console.info('The project does not open offline:', error)),
        KEEP_AFTER_MS,
      );
      onCleanup(() => clearTimeout(timer));
    });
    return {
      foot: () => (
        <Show when={opens()}>
          <span class="kept-foot" title="This browser keeps the project and all that it takes to open it">
            Opens offline
          </span>
        </Show>
      ),
    };
  },
};
