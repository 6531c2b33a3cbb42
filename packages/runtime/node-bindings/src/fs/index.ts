import type { Realm } from '../realm/realm.ts';
import type { BindingTable } from '../realm/binding-table.ts';
import { withArgumentChecks } from './argument-checks.ts';
import { ChangeFeed } from './change-feed.ts';
import { createCopyChecks } from './copy-checks.ts';
import { createCopyOperations } from './copy-tree.ts';
import { createDataOperations } from './data-operations.ts';
import { createDescriptorOperations } from './descriptor-operations.ts';
import { createDirBinding } from './dir-handle.ts';
import { createFileHandleClass } from './file-handle.ts';
import { createFsContext, type FsContext } from './fs-context.ts';
import { createFsEventClass } from './fs-event.ts';
import { createModuleLookups } from './module-lookups.ts';
import { createNameOperations } from './name-operations.ts';
import { createAttributeOperations, createStatOperations } from './stat-operations.ts';
import { createStatWatcherClass } from './stat-watcher.ts';

/**
 * internalBinding('fs'): the shape lib/fs.js expects. Most argument checks live in
 * lib/. Reference: src/node_file.cc.
 */
export function createFsBinding(realm: Realm): object {
  const context = createFsContext(realm);
  const { statValues, bigintStatValues, statFsValues, bigintStatFsValues } = context.values;
  return withArgumentChecks({
    ...createStatOperations(context),
    ...createAttributeOperations(context),
    ...createDescriptorOperations(context),
    ...createDataOperations(context),
    ...createNameOperations(context),
    ...createCopyChecks(context),
    ...createCopyOperations(context),
    ...createModuleLookups(context),
    ...createFileHandleClass(context),
    StatWatcher: createStatWatcherClass(context),
    FSReqCallback: context.FSReqCallback,
    kUsePromises: context.requests.usePromises,
    statValues,
    bigintStatValues,
    statFsValues,
    bigintStatFsValues,
  });
}

/** internalBinding('fs_dir'). Reference: Node src/node_dir.cc. */
export function createFsDirBinding(realm: Realm): object {
  return createDirBinding(createFsContext(realm));
}

/** internalBinding('fs_event_wrap'). Reference: Node src/fs_event_wrap.cc. */
export function createFsEventWrapBinding(realm: Realm): object {
  const context: FsContext = createFsContext(realm);
  return { FSEvent: createFsEventClass(context, new ChangeFeed(context)) };
}

/** Three bindings over one file system; `fs` is asked for by bootstrap, the others by their first use. */
export const fsBindings: BindingTable = {
  fs: createFsBinding,
  fs_dir: createFsDirBinding,
  fs_event_wrap: createFsEventWrapBinding,
};
