import { Show } from 'solid-js';

export interface NoticeProps {
  tone: 'info' | 'error';
  title: string;
  text?: string | undefined;
  action?: { label: string; run: () => void } | undefined;
}

/** What happened, and what to do next. */
export function Notice(props: NoticeProps) {
  return (
    <section class={`notice ${props.tone}`} role={props.tone === 'error' ? 'alert' : 'status'}>
      <h2>{props.title}</h2>
      <Show when={props.text}>
        <p>{props.text}</p>
      </Show>
      <Show when={props.action}>{(action) => <button onClick={() => action().run()}>{action().label}</button>}</Show>
    </section>
  );
}
