import SquareTerminal from 'lucide-solid/icons/square-terminal';
import { createResource, getOwner, onCleanup, runWithOwner, Show } from 'solid-js';
import type { Feature, Workbench } from '../workbench/feature.ts';
import { createTerminals, type Terminals } from './create-terminals.ts';
import type { EmulatorOptions } from './emulator.ts';
import { makeUrlOpener } from './make-url-opener.ts';
import { makeTerminalsMemory } from './terminals-memory.ts';
import { TerminalsPanel } from './terminals-panel.tsx';

/** Shells in the project's container. They live with the project: a panel that is hidden or moved harms none. */
export const terminalFeature: Feature = {
  id: 'terminal',
  create: (bench) => {
    const opener = makeUrlOpener(bench.container);
    onCleanup(() => opener.stop());
    const owner = getOwner();
    let left = false;
    onCleanup(() => (left = true));
    const [terminals] = createResource(async (): Promise<Terminals | undefined> => {
      // A tenth of a megabyte that nobody needs to see and edit files: not among what they wait for.
      const { makeEmulator } = await import('./emulator.ts');
      if (left) return undefined;
      const parts = {
        container: bench.container,
        memory: makeTerminalsMemory(localStorage, bench.project.id),
        makeEmulator,
        openUrl: (url: string) => opener.open(url),
        files: filesOf(bench),
      };
      return runWithOwner(owner, () => createTerminals(parts));
    });
    return {
      panels: [
        {
          id: 'shell',
          title: 'Terminal',
          icon: SquareTerminal,
          component: () => (
            // `latest`: a resource that is read while it loads would hold up the whole page.
            <Show when={terminals.latest} fallback={<TerminalsLoading failed={terminals.error !== undefined} />}>
              {(made) => <TerminalsPanel terminals={made()} />}
            </Show>
          ),
          where: 'bottom',
          order: 20,
        },
      ],
    };
  },
};

function TerminalsLoading(props: { failed: boolean }) {
  return (
    <p class="empty" role="status">
      {props.failed ? 'The terminal could not be loaded. Reload the page to try again.' : 'The terminal is loading …'}
    </p>
  );
}

interface FileOpening {
  openFile?(path: string, at?: { readonly line: number; readonly column: number }): void;
}

/** Places of files are links where the workbench can open them. */
function filesOf(bench: Workbench & FileOpening): EmulatorOptions['files'] {
  if (bench.openFile === undefined) return undefined;
  return {
    open: ({ path, line, column = 1 }) => bench.openFile?.(path, line === undefined ? undefined : { line, column }),
    async exists(path) {
      const slash = path.lastIndexOf('/');
      try {
        const names = await bench.container.fs.readdir(slash === -1 ? '.' : path.slice(0, slash));
        return names.includes(path.slice(slash + 1));
      } catch (error) {
        // No such folder: what was printed is no file of the project.
        if (error instanceof Error) return false;
        throw error;
      }
    },
  };
}
