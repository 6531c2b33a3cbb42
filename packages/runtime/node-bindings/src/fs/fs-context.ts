import type { ProcessSystem } from '@slipway/kernel';
import type { Foreign, Realm } from '../realm.ts';
import { Paths } from './paths.ts';
import { createRequestClass, Requests } from './requests.ts';
import { StatValues } from './stat-values.ts';

/** What all file operations of a realm share. */
export interface FsContext {
  readonly realm: Realm;
  /** Only once the process has started; see `Realm.sys`. */
  readonly sys: ProcessSystem;
  readonly requests: Requests;
  readonly paths: Paths;
  readonly values: StatValues;
  readonly FSReqCallback: Foreign;
}

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
