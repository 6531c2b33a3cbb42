import { createContext, useContext } from 'solid-js';
import type { Api } from './create-api.ts';

export const ApiContext = createContext<Api>();

export function useApi(): Api {
  const api = useContext(ApiContext);
  if (api === undefined) throw new Error('Cannot use the API here: no ApiContext above');
  return api;
}
