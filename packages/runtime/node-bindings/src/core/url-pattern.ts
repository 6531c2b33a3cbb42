import type { Foreign, Realm } from '../realm/realm.ts';

/** internalBinding('url_pattern'): the host's class is the standard's. Reference: src/node_url_pattern.cc. */
export function createUrlPatternBinding(realm: Realm): Foreign {
  const { URLPattern } = realm.host.classes;
  if (URLPattern === undefined) throw new Error('Cannot provide URLPattern: this browser has none');
  return { URLPattern };
}
