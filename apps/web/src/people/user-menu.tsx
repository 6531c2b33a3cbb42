import { useNavigate } from '@solidjs/router';
import CircleUser from 'lucide-solid/icons/circle-user';
import { createSignal, Show } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import { useApi } from '../api/context.ts';
import type { Command } from '../workbench/feature.ts';
import { ContextMenu, type MenuAt } from '../workbench/menu.tsx';

/** Its pages are about the person, not about a project. */
export function UserMenu() {
  const api = useApi();
  const navigate = useNavigate();
  const [at, setAt] = createSignal<MenuAt>();
  const go = (id: string, title: string, path: string): Command => ({
    id,
    title: () => title,
    run: () => navigate(path),
  });
  const commands = (): Command[] => [
    go('account', 'Account', '/account'),
    go('models', 'Models', '/models'),
    go('usage', 'Usage', '/usage'),
    go('plugins', 'Plugins', '/plugins'),
    ...(api.user()?.role === 'admin' ? [go('admin', 'Administration', '/admin')] : []),
    {
      id: 'sign-out',
      title: () => 'Sign out',
      run: () => void api.signOut().catch((error: unknown) => alert(messageOf(error))),
    },
  ];
  const open = (button: HTMLElement): void => {
    const { right, bottom } = button.getBoundingClientRect();
    setAt({ x: right - 220, y: bottom + 4, label: 'Account', commands: commands() });
  };
  return (
    <>
      <button
        class="icon-button"
        aria-label={`Account of ${api.user()?.name ?? 'nobody'}`}
        title={api.user()?.email}
        aria-haspopup="menu"
        aria-expanded={at() !== undefined}
        onClick={(event) => open(event.currentTarget)}
      >
        <CircleUser size={18} />
      </button>
      <Show when={at()} keyed>
        {(place) => <ContextMenu at={place} onClose={() => setAt(undefined)} />}
      </Show>
    </>
  );
}
