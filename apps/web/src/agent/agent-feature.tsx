import Sparkles from 'lucide-solid/icons/sparkles';
import { createSignal, lazy, Suspense } from 'solid-js';
import type { Feature } from '../workbench/feature.ts';
import type { Agent } from './create-agent.ts';
import { ANSWER_KEYS } from './answer-keys.ts';
import { alwaysText } from './question-texts.ts';

// Nothing of it is needed before the project is there.
const AgentPanel = lazy(async () => ({ default: (await import('./agent-panel.tsx')).AgentPanel }));

/** The coding agent: a person says what is to be done, and it does it in the project. */
export const agentFeature: Feature = {
  id: 'agent',
  create: (bench) => {
    const [agent, setAgent] = createSignal<Agent>();
    const running = (): boolean => (agent()?.transcript.status ?? 'Idle') !== 'Idle';
    const asked = (): boolean => agent()?.transcript.question !== undefined;
    const answer = (allow: boolean, always = false): void =>
      void agent()?.answer({ allow, ...(always ? { always } : {}) });
    return {
      panels: [
        {
          id: 'agent',
          title: 'Agent',
          icon: Sparkles,
          component: () => (
            <Suspense fallback={<p class="empty">Loading …</p>}>
              <AgentPanel bench={bench} onAgent={setAgent} />
            </Suspense>
          ),
          where: 'left',
          order: 20,
          stays: true,
          leastWidth: 320,
          keys: 'Alt-i',
        },
      ],
      commands: [
        {
          id: 'agent-new',
          title: () => 'New session of the agent',
          category: 'Agent',
          run() {
            bench.showPanel('agent', { focus: true });
            agent()?.select(undefined);
          },
        },
        {
          id: 'agent-stop',
          title: () => 'Stop the agent',
          category: 'Agent',
          when: running,
          run: () => void agent()?.stop(),
        },
        {
          id: 'agent-allow',
          title: () => 'Allow what the agent asks, once',
          category: 'Agent',
          keys: ANSWER_KEYS.once,
          when: asked,
          run: () => answer(true),
        },
        {
          id: 'agent-always',
          title: () => `Allow what the agent asks. ${alwaysText(agent()?.transcript.question ?? { tool: '' })}`,
          category: 'Agent',
          keys: ANSWER_KEYS.always,
          when: asked,
          run: () => answer(true, true),
        },
        {
          id: 'agent-deny',
          title: () => 'Deny what the agent asks',
          category: 'Agent',
          keys: ANSWER_KEYS.deny,
          when: asked,
          run: () => answer(false),
        },
      ],
    };
  },
};
