import GitBranch from 'lucide-solid/icons/git-branch';
import { Show } from 'solid-js';
import type { Feature } from '../workbench/feature.ts';
import { late } from '../workbench/late.tsx';
import { createSourceControl } from './create-source-control.ts';
import { makeGitClient } from './git-client.ts';
import { giveIdentity } from './give-identity.ts';
import type { DifferenceParts, Side } from './open-difference.tsx';

// A project opens before anybody looks at its history.
const SourceControlPanel = late(async () => (await import('./source-control-panel.tsx')).SourceControlPanel);
const Difference = late(async () => (await import('./open-difference.tsx')).Difference);
const ConflictView = late(async () => (await import('./conflict-view.tsx')).ConflictView);

/** The project's own git: docs/git.md says which git is which. */
export const sourceControlFeature: Feature = {
  id: 'source-control',
  create(bench) {
    const { api, container, control: port } = bench;
    if (port === undefined) return {};
    const git = makeGitClient(port, container.workdir);
    const control = createSourceControl({ git, files: port, writeEdits: () => bench.writeEdits() });
    const user = api.user();
    if (user !== undefined) void giveIdentity(port, user);
    const parts: DifferenceParts = {
      git,
      control,
      async readFile(path) {
        const [found] = await port.readPaths([path]);
        return found?.kind === 'file' ? found.bytes : undefined;
      },
      async writeFile(path, text) {
        await bench.writeEdits();
        await container.fs.writeFile(path, text);
      },
    };
    const sides: Readonly<Record<Side, string>> = { work: 'changes', staged: 'staged', commit: 'commit' };
    return {
      panels: [
        {
          id: 'source-control',
          title: 'Source control',
          icon: GitBranch,
          component: () => (
            <SourceControlPanel
              control={control}
              does={{
                confirm: (question) => bench.confirm(question),
                toast: (toast) => bench.toast(toast),
                openDifference: (side, file, commit) =>
                  bench.openView({
                    id: `difference-${side}-${commit?.oid ?? ''}-${file.path}`,
                    title: `${nameOf(file.path)} (${commit?.oid.slice(0, 7) ?? sides[side]})`,
                    hint: file.path,
                    component: () => (
                      <Difference parts={parts} side={side} file={file} {...(commit === undefined ? {} : { commit })} />
                    ),
                  }),
                openConflict: (file) =>
                  bench.openView({
                    id: `conflict-${file.path}`,
                    title: `${nameOf(file.path)} (conflict)`,
                    hint: file.path,
                    component: () => <ConflictView parts={parts} file={file} />,
                  }),
              }}
            />
          ),
          where: 'left',
          order: 20,
          keys: 'Mod-Shift-g',
          stays: true,
        },
      ],
      commands: [
        {
          id: 'stage-all',
          title: () => 'Stage all changes',
          category: 'Git',
          when: () => (control.status()?.work.length ?? 0) > 0,
          run: () => void control.stage(control.status()?.work.map(({ path }) => path) ?? []),
        },
        {
          id: 'git-init',
          title: () => 'Make a git repository of the project',
          category: 'Git',
          when: () => control.reading() === 'none',
          run: () => void control.init(),
        },
      ],
      foot: () => (
        <Show when={control.status()?.branch}>
          {(branch) => (
            <span aria-label={`Branch ${branch()}`} class="source-control-foot">
              {branch()}
            </span>
          )}
        </Show>
      ),
    };
  },
};

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
