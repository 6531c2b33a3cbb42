/** What a host tells, as the listeners of the client take it. */
import type { ContainerHost, HostEvent } from './container-host.ts';

/** A zombie is only an exit code that nobody has asked for yet. */
export function livingPids(host: ContainerHost): number[] {
  return host
    .processes()
    .filter(({ state }) => state !== 'zombie')
    .map(({ pid }) => pid);
}

/** Calls for every process that runs now, or comes, and ends. The answer stops it. */
export function whenRemoved(host: ContainerHost, removed: (pid: number) => void): () => void {
  let known = new Set(livingPids(host));
  return host.subscribe((event) => {
    if (event.type !== 'processes') return;
    const now = new Set(livingPids(host));
    for (const pid of known) if (!now.has(pid)) removed(pid);
    known = now;
  });
}

/** A dev server that only tries whether the port is free has let go of it by then. */
const SETTLED_MS = 40;

/** Calls for every port that opens and stays open. The answer stops it. */
export function whenReady(host: ContainerHost, ready: (port: number) => void): () => void {
  const pending = new Map<number, ReturnType<typeof setTimeout>>();
  const stop = host.subscribe((event) => {
    if (event.type !== 'port') return;
    clearTimeout(pending.get(event.port));
    pending.delete(event.port);
    if (event.action === 'open')
      pending.set(
        event.port,
        setTimeout(() => ready(event.port), SETTLED_MS),
      );
  });
  return () => {
    stop();
    for (const timer of pending.values()) clearTimeout(timer);
  };
}

/** Arguments of the client's listener, or `undefined` when the event is not of that name. */
export function eventArguments(
  name: string,
  event: HostEvent,
  url: (port: number) => string,
): readonly unknown[] | undefined {
  switch (event.type) {
    case 'port':
      return name === 'port' ? [event.port, event.action, url(event.port)] : undefined;
    case 'error':
      return name === 'error' ? [{ message: event.message }] : undefined;
    case 'xdg-open':
    case 'code':
      return name === event.type ? event.args : undefined;
    case 'processes':
      return undefined;
  }
}
