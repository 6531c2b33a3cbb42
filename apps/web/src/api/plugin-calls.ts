import {
  apiPaths,
  okResponse,
  pluginCallsResponse,
  pluginExaminedResponse,
  pluginInstalledResponse,
  pluginListResponse,
  pluginRecordingResponse,
  pluginResponse,
  pluginRowsResponse,
} from '@slipway/contracts';
import type { Ask } from './people-api.ts';

/** For bodies and answers that are no JSON. */
type Send = (request: { method: string; path: string; body?: BodyInit; type?: string }) => Promise<Response>;

/** Which rows of an entity, in which order. */
export interface RowsAsked {
  /** JSON of conditions by field; the empty text is no filter, and shows all rows. */
  readonly filter: string;
  readonly sort: string;
  readonly offset: number;
}

const WASM = 'application/wasm';

/** Plugins: looking after them, and what they store for whoever is signed in. */
export function makePluginCalls(ask: Ask, send: Send) {
  return {
    plugins: async () => (await ask(pluginListResponse, 'GET', apiPaths.plugins)).plugins,
    plugin: (id: string) => ask(pluginResponse, 'GET', apiPaths.plugin(id)),
    examinePlugin: async (component: Blob) =>
      pluginExaminedResponse.parse(
        await (await send({ method: 'POST', path: apiPaths.examinePlugin, body: component, type: WASM })).json(),
      ),
    installPlugin: async (component: Blob) =>
      pluginInstalledResponse.parse(
        await (await send({ method: 'POST', path: apiPaths.plugins, body: component, type: WASM })).json(),
      ),
    upgradePlugin: async (id: string, component: Blob) =>
      pluginInstalledResponse.parse(
        await (await send({ method: 'PUT', path: apiPaths.plugin(id), body: component, type: WASM })).json(),
      ),
    actOnPlugin: (id: string, action: 'enable' | 'disable' | 'rollback') =>
      ask(okResponse, 'POST', apiPaths.pluginAction(id, action), {}),
    uninstallPlugin: (id: string) => ask(okResponse, 'DELETE', apiPaths.plugin(id)),
    pluginCallsOf: async (id: string) => (await ask(pluginCallsResponse, 'GET', apiPaths.pluginCalls(id))).calls,
    pluginRecording: (id: string, call: number) =>
      ask(pluginRecordingResponse, 'GET', apiPaths.pluginRecording(id, call)),
    pluginComponent: async (id: string, sha256: string) =>
      new Uint8Array(await (await send({ method: 'GET', path: apiPaths.pluginComponent(id, sha256) })).arrayBuffer()),
    pluginRows: (id: string, entity: string, rows: RowsAsked) =>
      ask(pluginRowsResponse, 'GET', apiPaths.pluginRows(id, entity, rows)),
    createPluginRow: (id: string, entity: string, data: Record<string, unknown>) =>
      ask(okResponse, 'POST', apiPaths.pluginEntity(id, entity), { data }),
    updatePluginRow: (id: string, entity: string, row: string, data: Record<string, unknown>, version: number) =>
      ask(okResponse, 'PUT', apiPaths.pluginRow(id, entity, row), { data, version }),
    deletePluginRow: (id: string, entity: string, row: string) =>
      ask(okResponse, 'DELETE', apiPaths.pluginRow(id, entity, row)),
  };
}
