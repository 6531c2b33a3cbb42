import { Show } from 'solid-js';
import { Dynamic } from 'solid-js/web';

/** `error` is read out at once by screen readers, `info` when they are done with what they say. */
export interface NoticeProps {
  tone: 'info' | 'error';
  title: string;
  text?: string | undefined;
  action?: { label: string; run: () => void } | undefined;
  /** Whether it is all that the page has to say: then its title is the page's. */
  alone?: boolean;
}

/** An error is an alert, which a screen reader says at once; all else is a status. */
export function Notice(props: NoticeProps) {
  return (
    <section class={`notice ${props.tone}`} role={props.tone === 'error' ? 'alert' : 'status'}>
      <Dynamic component={props.alone ? 'h1' : 'h2'}>{props.title}</Dynamic>
      <Show when={props.text}>
        <p>{props.text}</p>
      </Show>
      <Show when={props.action}>{(action) => <button onClick={() => action().run()}>{action().label}</button>}</Show>
    </section>
  );
}
