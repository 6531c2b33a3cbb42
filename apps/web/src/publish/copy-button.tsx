import { createSignal } from 'solid-js';

/** Puts a text on the clipboard, and says so for a moment. */
export function CopyButton(props: { text: string; label: string }) {
  const [copied, setCopied] = createSignal(false);
  const copy = (): void => {
    navigator.clipboard.writeText(props.text).then(
      () => {
        setCopied(true);
        setTimeout(() => setCopied(false), 1500);
      },
      // Refused by the browser's settings: the text itself is there to be copied.
      (error: unknown) => console.warn('Cannot copy the text:', error),
    );
  };
  return <button onClick={copy}>{copied() ? 'Copied' : props.label}</button>;
}
