import { Match, Show, Switch } from 'solid-js';
import { createOnline } from '../api/create-online.ts';
import type { Saver, SaveState } from './create-saver.ts';

/** As short as the bar has room; {@link SaveTrouble} says the rest. */
function saveText(state: SaveState): string {
  switch (state.name) {
    case 'saved':
      return 'Saved';
    case 'pending':
      return 'Unsaved';
    case 'saving':
      // One file is there before it could be read how many there are.
      return state.total > 1 ? `Saving… ${state.sent} of ${state.total}` : 'Saving…';
    case 'failed':
      return 'Not saved';
    case 'offline':
      return state.kept ? 'Offline: saved in this browser' : 'Offline: in this tab alone';
    case 'conflict':
      return 'Changed elsewhere';
  }
}

/** A live region, so that a screen reader hears of each change. */
export function SaveStatus(props: { state: SaveState }) {
  return (
    <span class={`save ${props.state.name}`} role="status" data-save={props.state.name}>
      {saveText(props.state)}
    </span>
  );
}

/** What keeps the project from being saved, and what can be done. Nothing while all is well. */
export function SaveTrouble(props: { saver: Saver; connected: boolean; kept: boolean }) {
  const online = createOnline();
  const failure = (): string | undefined => {
    const state = props.saver.state();
    return state.name === 'failed' ? state.message : undefined;
  };
  return (
    <Switch>
      <Match when={props.saver.state().name === 'conflict'}>
        <div class="banner" role="alert">
          <p>This project was saved by another tab or browser. Only one of the two can be kept.</p>
          <button onClick={() => props.saver.keepMine()}>Keep my files</button>
          <button onClick={() => props.saver.discardMine()}>Load the other’s</button>
        </div>
      </Match>
      <Match when={!online()}>
        <div class="banner" role="alert">
          <p>
            You are offline. What you change is {props.kept ? 'saved in this browser' : 'in this tab alone'}, and sent
            when the network is back. Editor, terminal and search go on; running, publishing, sharing, installing and
            the agent need the server.
          </p>
        </div>
      </Match>
      <Match when={failure() ?? (props.connected ? undefined : 'The server does not answer')}>
        {(message) => (
          <div class="banner" role="alert">
            <p>
              {message()}.
              <Show when={failure()}>
                {' '}
                Your changes are {props.kept ? 'kept in this browser' : 'in this tab'} and not on the server yet.
              </Show>{' '}
              Trying again by itself…
            </p>
            <button onClick={() => props.saver.retry()}>Try now</button>
          </div>
        )}
      </Match>
    </Switch>
  );
}
