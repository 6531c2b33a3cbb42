import { A } from '@solidjs/router';
import type { Project } from '@slipway/contracts';
import Search from 'lucide-solid/icons/search';
import { For, Show } from 'solid-js';
import { UserMenu } from '../people/user-menu.tsx';
import type { Features } from '../workbench/create-features.ts';
import { KeysOf } from '../workbench/keys-of.tsx';
import { MoreMenu } from '../workbench/menu.tsx';
import type { Saver } from './create-saver.ts';
import { SaveStatus } from './save-status.tsx';

/** The commands of the bar's menu, in this order. */
const MENU = [
  'palette',
  'go-to-line',
  'shortcuts',
  'toggle-left',
  'toggle-bottom',
  'toggle-right',
  'reset-layout',
  'theme-system',
  'theme-light',
  'theme-dark',
];

/** The project, how far it is saved, and the commands that have a button. */
export function TopBar(props: { project: Project; saver: Saver; made: Features }) {
  const find = (id: string) => props.made.commands.find((command) => command.id === id);
  return (
    <header class="bar">
      <A href="/" class="home" aria-label="All projects">
        <img src="/favicon.svg" alt="" width="20" height="20" />
      </A>
      <h1 title={props.project.name}>{props.project.name}</h1>
      <SaveStatus state={props.saver.state()} />
      <span class="grow" />
      <button class="find-button" onClick={() => find('quick-open')?.run()}>
        <Search size={14} />
        <span>Find files and commands</span>
        <KeysOf binding={find('quick-open')?.keys ?? ''} />
      </button>
      <span class="grow" />
      <For each={props.made.statuses}>{(Status) => <Status />}</For>
      <For each={props.made.buttons}>
        {(command) => (
          <Show when={command.bar?.shown?.() ?? true}>
            <button class={command.bar?.primary ? 'primary' : undefined} onClick={() => command.run()}>
              {command.title()}
            </button>
          </Show>
        )}
      </For>
      <MoreMenu commands={MENU.flatMap((id) => find(id) ?? [])} />
      <UserMenu />
    </header>
  );
}
