import Play from 'lucide-solid/icons/play';
import { createOnline } from '../api/create-online.ts';
import type { Feature } from '../workbench/feature.ts';
import { createRunner } from './create-runner.ts';
import { RunEmpty } from './run-empty.tsx';
import { RunPanel } from './run-panel.tsx';
import { isAtWork, isInstallDue, runText } from './run-phase.ts';

/** The project's own programs: what they print, whether they run, and the page that they serve. */
export const runFeature: Feature = {
  id: 'run',
  create: (bench) => {
    const online = createOnline();
    const runner = createRunner(bench);
    const atWork = (): boolean => isAtWork(runner.phase());
    const held = (): boolean => runner.holder.state().name === 'held';
    return {
      panels: [
        {
          id: 'run',
          title: 'Run',
          icon: Play,
          component: () => <RunPanel runner={runner} />,
          where: 'bottom',
          order: 10,
        },
      ],
      commands: [
        {
          id: 'run',
          title: () => (runner.phase() === 'ended' ? 'Run again' : 'Run'),
          run: () => runner.start(),
          bar: { order: 10, shown: () => held() && !atWork() },
        },
        {
          id: 'stop',
          title: () => 'Stop',
          run: () => runner.stop(),
          bar: { order: 20, shown: () => held() && atWork() },
        },
        {
          id: 'install',
          title: () => 'Install',
          run: () => runner.install(),
          // Asked for where it is due; else a menu of commands has it.
          bar: { order: 15, shown: () => held() && isInstallDue(runner.phase(), runner.view()?.need) },
        },
        {
          id: 'take-over',
          title: () => 'Take over',
          run: () => runner.holder.takeOver(),
          bar: { order: 10, shown: () => runner.holder.state().name === 'elsewhere' },
        },
      ],
      status: () => (
        <span class="muted run-state" role="status" data-run={runner.phase()}>
          {runText(runner.phase(), runner.view(), online())}
        </span>
      ),
      preview: {
        url: () => (runner.phase() === 'running' ? (runner.view()?.report.previewUrl ?? undefined) : undefined),
        ports: () => runner.view()?.report.ports ?? [],
        empty: () => <RunEmpty runner={runner} />,
      },
    };
  },
};
