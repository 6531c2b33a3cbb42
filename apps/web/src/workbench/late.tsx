import { type Component, createResource, Match, Switch } from 'solid-js';
import { Dynamic } from 'solid-js/web';

/**
 * A component whose code is fetched when it is first shown, so that a project opens without it. While it comes,
 * and when it cannot be fetched (no network, or the server has a newer version by now), it says so in its place.
 */
export function late<P extends object>(load: () => Promise<Component<P>>): Component<P> {
  let kept: Promise<Component<P>> | undefined;
  const fetchOnce = (): Promise<Component<P>> =>
    // What failed is asked for again by the next who shows it.
    (kept ??= load().catch((error: unknown) => {
      kept = undefined;
      throw error;
    }));
  return (props) => {
    const [found, { refetch }] = createResource(fetchOnce);
    return (
      <Switch>
        <Match when={found.error !== undefined}>
          <p class="empty" role="alert">
            This part of the page could not be loaded. It may belong to an older version than the server’s: reload the
            page if it does not come. <button onClick={() => void refetch()}>Try again</button>
          </p>
        </Match>
        <Match when={found.loading}>
          <p class="empty" {...{ [LATE]: '' }}>
            Loading …
          </p>
        </Match>
        <Match when={found()}>{(component) => <Dynamic component={component()} {...props} />}</Match>
      </Switch>
    );
  };
}

/** Marks what stands in for a component that is on its way. */
export const LATE = 'data-late';
