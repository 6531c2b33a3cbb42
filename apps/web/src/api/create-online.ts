import { type Accessor, createSignal, onCleanup } from 'solid-js';

/** Whether the browser has a network; whether our server answers on it is another matter. */
export function createOnline(): Accessor<boolean> {
  const [online, setOnline] = createSignal(navigator.onLine);
  const look = (): void => void setOnline(navigator.onLine);
  for (const name of ['online', 'offline']) {
    addEventListener(name, look);
    onCleanup(() => removeEventListener(name, look));
  }
  return online;
}
