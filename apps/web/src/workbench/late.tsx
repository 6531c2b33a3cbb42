import { type Component, createResource, createSignal, Match, onCleanup, onMount, Switch } from 'solid-js';
import { Dynamic } from 'solid-js/web';

/**
 * A component whose code is fetched when somebody first sees its place, so that a project opens without it: panels are
 * made with the page and mostly hidden. While it comes, and when it cannot be fetched (no network, or the server has a
 * newer version by now), it says so there.
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
    const [seen, setSeen] = createSignal(false);
    const [found, { refetch }] = createResource(seen, fetchOnce);
    return (
      <Switch fallback={<Waiting onSeen={() => setSeen(true)} />}>
        <Match when={found.loading}>
          <Waiting />
        </Match>
        <Match when={found.error !== undefined}>
          <p class="empty" role="alert">
            This part of the page could not be loaded. It may belong to an older version than the server’s: reload the
            page if it does not come. <button onClick={() => void refetch()}>Try again</button>
          </p>
        </Match>
        <Match when={found()}>{(component) => <Dynamic component={component()} {...props} />}</Match>
      </Switch>
    );
  };
}

function Waiting(props: { onSeen?: () => void }) {
  let place: HTMLElement | undefined;
  onMount(() => {
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting === true) props.onSeen?.();
    });
    if (place !== undefined) observer.observe(place);
    onCleanup(() => observer.disconnect());
  });
  return (
    <p ref={(element) => (place = element)} class="empty" {...{ [LATE]: '' }}>
      Loading …
    </p>
  );
}

/** Marks what stands in for a component that is on its way. */
export const LATE = 'data-late';
