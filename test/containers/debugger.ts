/** A debugger for tests: what DevTools is to a browser, over its own protocol (CDP), with all workers attached. */

interface Message {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/** A page, frame or worker that the debugger is attached to. */
export interface Target {
  readonly sessionId: string;
  readonly type: string;
  /** As DevTools lists it. */
  readonly title: string;
}

/** Something a target said: `Debugger.paused` and the like. */
export interface TargetEvent {
  readonly target: Target;
  readonly method: string;
  // The protocol's own shapes differ from method to method.
  readonly params: any;
}

export interface Debugger {
  readonly targets: ReadonlyMap<string, Target>;
  /** Asks a target, or without one the browser. Rejects with the browser's message. */
  send(method: string, params?: object, target?: Target): Promise<any>;
  /** The first event that fits, one that came before included. */
  event(fits: (event: TargetEvent) => boolean): Promise<TargetEvent>;
  events(): readonly TargetEvent[];
  /** Sets a breakpoint as DevTools does: in every worker that there is, and in every one that comes. */
  keepBreakpoint(at: { readonly url: string; readonly lineNumber: number }): Promise<void>;
  close(): void;
}

/** The script by which a worker says that it is a process now. */
const isSign = ({ method, params }: TargetEvent): boolean =>
  method === 'Debugger.scriptParsed' && String(params.url).startsWith('process:///');

/** Attaches to all that a Chromium with `--remote-debugging-port` runs and will run, debugging enabled. */
export async function attachDebugger(port: number): Promise<Debugger> {
  const version = (await (await fetch(`http://127.0.0.1:${port}/json/version`)).json()) as Record<string, string>;
  const socket = new WebSocket(version.webSocketDebuggerUrl ?? '');
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error('Cannot attach the debugger: the browser refuses'));
  });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const targets = new Map<string, Target>();
  const seen: TargetEvent[] = [];
  const watchers = new Set<(event: TargetEvent) => void>();
  const breakpoints: object[] = [];
  const answering = new Set<Target>();
  let lastId = 0;

  const send = (method: string, params: object = {}, sessionId?: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = ++lastId;
      waiting.set(id, { resolve, reject });
      socket.send(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }));
    });

  const autoAttach = (sessionId?: string): Promise<unknown> =>
    send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: true }, sessionId);

  const enable = async (target: Target): Promise<void> => {
    const { sessionId } = target;
    try {
      await send('Debugger.enable', {}, sessionId);
      answering.add(target);
      for (const breakpoint of breakpoints) await send('Debugger.setBreakpointByUrl', breakpoint, sessionId);
      await autoAttach(sessionId);
    } finally {
      await send('Runtime.runIfWaitingForDebugger', {}, sessionId);
    }
  };

  const receive = ({ method = '', params = {}, sessionId }: Message): void => {
    if (method === 'Target.attachedToTarget') {
      const info = params.targetInfo as { type: string; title: string };
      const target = { sessionId: params.sessionId as string, type: info.type, title: info.title };
      targets.set(target.sessionId, target);
      // A target that is gone before it was asked has nothing to debug.
      enable(target).catch(() => targets.delete(target.sessionId));
    } else if (method === 'Target.detachedFromTarget') targets.delete(params.sessionId as string);
    const target = targets.get(sessionId ?? '');
    if (target === undefined) return;
    const event = { target, method, params };
    seen.push(event);
    for (const watch of watchers) watch(event);
  };

  socket.onmessage = ({ data }) => {
    const message = JSON.parse(String(data)) as Message;
    const asked = waiting.get(message.id ?? 0);
    if (message.method !== undefined) return receive(message);
    waiting.delete(message.id ?? 0);
    if (message.error === undefined) asked?.resolve(message.result);
    else asked?.reject(new Error(message.error.message));
  };
  await autoAttach();

  return {
    targets,
    send: (method, params, target) => send(method, params, target?.sessionId),
    event: (fits) =>
      new Promise((resolve) => {
        const found = seen.find(fits);
        if (found !== undefined) return resolve(found);
        const watch = (event: TargetEvent): void => {
          if (!fits(event)) return;
          watchers.delete(watch);
          resolve(event);
        };
        watchers.add(watch);
      }),
    events: () => seen,
    keepBreakpoint: async (at) => {
      breakpoints.push(at);
      const inUse = new Set(seen.filter(isSign).map(({ target }) => target));
      const set = [...answering].map(async (target) => {
        const answer = send('Debugger.setBreakpointByUrl', at, target.sessionId);
        // What runs may wait for ever or be at its end, and then answers nothing; a spare does.
        if (!inUse.has(target) && targets.has(target.sessionId)) await answer;
        else answer.catch(() => targets.delete(target.sessionId));
      });
      await Promise.all(set);
    },
    close: () => socket.close(),
  };
}
