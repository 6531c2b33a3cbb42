import type { ProductConfig } from '@slipway/contracts';
import { MIRROR_PATH } from '@slipway/registry-mirror';
import type { Config } from '../config/config.ts';
import { headlessParents } from './host-headers.ts';
import type { Hosts } from './hosts.ts';

/** What browsers are told; `label` is the runtime host that asks, if it is one. */
export function describeRuntime(
  config: Config,
  hosts: Hosts,
  facts: {
    registryOrigins: string[];
    localOwner: boolean;
    label?: string | undefined;
    relay?: { mongo: boolean } | null;
  },
): ProductConfig {
  return {
    version: 1,
    app: { origin: hosts.appOrigin },
    runtime: {
      originPattern: hosts.runtimePattern,
      bareOrigin: hosts.bareRuntimeOrigin,
      allowedParents: headlessParents(config, hosts, facts.label),
    },
    preview: { originPattern: hosts.previewPattern },
    sites: { originPattern: hosts.sitePattern },
    relay: facts.relay ?? null,
    registry: { origins: facts.registryOrigins, mirrorPath: MIRROR_PATH },
    limits: { blobBytes: config.BLOB_LIMIT_BYTES, treeEntries: config.TREE_LIMIT_ENTRIES },
    auth: { localOwner: facts.localOwner },
    editor: { languageServers: config.LANGUAGE_SERVERS === 'on', offline: config.OFFLINE === 'on' },
  };
}
