import { createContext, useContext } from 'solid-js';
import type { Api } from './create-api.ts';

/** Filled at the root, so that a component can be shown in a test with an API of its own. */
export const ApiContext = createContext<Api>();

/** Throws above the context: a component that was mounted outside of it is a mistake of ours. */
export function useApi(): Api {
  const api = useContext(ApiContext);
  if (api === undefined) throw new Error('Cannot use the API here: no ApiContext above');
  return api;
}
