import { apiPaths, LIVE_PROTOCOL, liveServerMessage, type LiveTabMessage, RUN_PORT } from '@slipway/contracts';
import type { OpenProcess } from '@slipway/embed';
import { type Accessor, createSignal, onCleanup } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import type { Workbench } from '../workbench/feature.ts';
import BRIDGE from './bridge.js?raw';
import { choosePort } from './choose-port.ts';
import { type LiveEvent, type LiveState, nextLiveState } from './live-state.ts';

/** The live previews of this project that this tab serves, by the id of their share. */
export interface Live {
  readonly states: Accessor<ReadonlyMap<string, LiveState>>;
  start(shareId: string): void;
  stop(shareId: string): void;
  endViewer(shareId: string, viewerId: string): void;
}

/** Between two tries: with those that `nextLiveState` allows, a server has ten seconds to come back. */
const AGAIN_MS = 1000;
/** CloseEvent's for a connection that broke (RFC 6455, 7.4.1). */
const BROKEN = 1006;

/**
 * A line for each: a WebSocket to the server, and a program in the container that connects to the dev server for it.
 * What goes over it is between those two (`apps/server/src/live/stream-mux.ts`); the tab only hands bytes on.
 */
export function createLive(bench: Pick<Workbench, 'api' | 'project' | 'control'>): Live {
  const { api, project, control } = bench;
  const [states, setStates] = createSignal<ReadonlyMap<string, LiveState>>(new Map());
  const lines = new Map<string, WebSocket>();
  let port: number | undefined;
  const followPorts = control?.on('ports', ({ ports }) => {
    const next = choosePort(
      ports.map((each) => each.port),
      port,
      RUN_PORT,
    );
    // A program that is started again is waited for where it was.
    if (next === undefined || next === port) return;
    const moved = port !== undefined;
    port = next;
    // Lost, a line is made anew, to the new port.
    if (moved) for (const line of lines.values()) line.close();
  });
  if (followPorts !== undefined) onCleanup(followPorts);
  /** The only door through which a state changes. */
  const dispatch = (shareId: string, event: LiveEvent): void => {
    const next = nextLiveState(states().get(shareId) ?? { name: 'connecting', tries: 0 }, event);
    if (next === undefined) return;
    setStates((before) => new Map(before).set(shareId, next));
    if (next.name === 'ended') lines.get(shareId)?.close();
    if (event.type === 'lost' && next.name === 'connecting') void api.link.delay(AGAIN_MS).then(() => connect(shareId));
  };
  const isEnded = (shareId: string): boolean => states().get(shareId)?.name === 'ended';

  const connect = (shareId: string): void => {
    if (isEnded(shareId)) return;
    openLine(shareId).catch((error: unknown) =>
      dispatch(shareId, { type: 'lost', code: BROKEN, reason: messageOf(error) }),
    );
  };
  /**
   * The ticket goes as a subprotocol: a browser's WebSocket sends no other header of the page's choosing. The
   * program is started first, so that no byte comes before somebody takes it.
   */
  const openLine = async (shareId: string): Promise<void> => {
    if (control === undefined) throw new Error('The container offers no control port');
    const ticket = await api.liveTicket(project.id);
    const program = await control.open({ command: 'node', args: ['-e', BRIDGE, String(port ?? RUN_PORT)] });
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}${apiPaths.live(shareId)}`, [
      LIVE_PROTOCOL,
      ticket,
    ]);
    lines.set(shareId, socket);
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('open', () => dispatch(shareId, { type: 'opened' }));
    socket.addEventListener('close', ({ code, reason }) => {
      endProgram(program);
      dispatch(shareId, { type: 'lost', code, reason });
    });
    joinLine(socket, program, (text) => {
      const message = liveServerMessage.safeParse(JSON.parse(text)).data;
      if (message !== undefined) dispatch(shareId, message);
    });
    if (isEnded(shareId)) socket.close();
  };
  onCleanup(() => {
    for (const shareId of lines.keys()) dispatch(shareId, { type: 'stopped' });
  });
  return {
    states,
    start: (shareId) => {
      setStates((before) => new Map(before).set(shareId, { name: 'connecting', tries: 0 }));
      connect(shareId);
    },
    stop: (shareId) => dispatch(shareId, { type: 'stopped' }),
    endViewer: (shareId, viewerId) => {
      const message: LiveTabMessage = { type: 'end-viewer', viewerId };
      lines.get(shareId)?.send(JSON.stringify(message));
    },
  };
}

/** Hands bytes on between the two, until either ends. */
function joinLine(socket: WebSocket, program: OpenProcess, onText: (text: string) => void): void {
  const input = program.stdin.getWriter();
  socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => {
    if (typeof data === 'string') return onText(data);
    // The credit of the streams bounds what waits here.
    input.write(new Uint8Array(data)).catch(() => socket.close());
  });
  const toSocket = new WritableStream<Uint8Array<ArrayBuffer>>({
    write: (bytes) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(bytes);
    },
  });
  const close = (): void => socket.close();
  program.stdout.pipeTo(toSocket).then(close, close);
}

/** It would end with its input too; killed, it does so although the dev server may hold its connections open. */
function endProgram(program: OpenProcess): void {
  program.kill('SIGKILL').catch((error: unknown) => console.info('The program of the live preview is gone:', error));
}
