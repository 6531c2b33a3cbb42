import type { ProcessSystem } from '@slipway/kernel';
import type { Foreign, Realm } from '../realm/realm.ts';
import { Paths } from './paths.ts';
import { createRequestClass, Requests } from './requests.ts';
import { StatValues } from './stat-values.ts';

/** What all file operations of a realm share, made once for each binding; nobody keeps a copy of `sys`. */
export interface FsContext {
  readonly realm: Realm;
  /** Only once the process has started; see `Realm.sys`. */
  readonly sys: ProcessSystem;
  readonly requests: Requests;
  readonly paths: Paths;
  /** The arrays that `fs.statValues` and its like show to lib: one set a realm, filled anew by each call. */
  readonly values: StatValues;
  /** One class for all three fs bindings would be Node's way; here each context makes its own. */
  readonly FSReqCallback: Foreign;
}

/** Nothing of it touches the file system before the process has started. */
export function createFsContext(realm: Realm): FsContext {
  return {
    realm,
    get sys() {
      return realm.sys;
    },
    requests: new Requests(realm),
    paths: new Paths(realm),
    values: new StatValues(),
    FSReqCallback: createRequestClass(realm),
  };
}
