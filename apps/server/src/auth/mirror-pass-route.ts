import { createHash } from 'node:crypto';
import {
  embedderLabelOf,
  isAllowedEmbedder,
  isEmbedderLabel,
  isShareLabel,
  MIRROR_PASS_PATH,
  mirrorPassBody,
  sameEmbedder,
  shareLabelOf,
} from '@slipway/wire';
import { type Db, findShare, getOwnerOfContainer, getOwnerOfMachine, getSessionUser } from '@slipway/db';
import { Hono } from 'hono';
import type { Config } from '../config/config.ts';
import { fail } from '../http/api-error.ts';
import { jsonBody } from '../http/read-body.ts';
import type { ServerEnv } from '../http/server-env.ts';
import type { Hosts } from '../hosts/hosts.ts';
import { hashShareToken } from '../hosts/hash-share-token.ts';
import { requireSameOrigin } from './require-same-origin.ts';
import type { TokenSigner } from './token-signer.ts';

const LIFETIME_SECONDS = 3600;
/** Of a share's: so soon after its link was taken back it ends. The container asks for the next one by itself. */
const SHARE_LIFETIME_SECONDS = 300;
/** A tab whose machine slept over the end of its capability goes on, if its sign-in still lasts. */
const GRACE_SECONDS = 30 * 86_400;

/** Of the host of a worker's machine, made from the id that it was opened as (the worker's `builderHosts`). */
const BUILDER_LABEL = /^b([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/;

/** Less than all services, so that the decision can be tested alone. */
export interface MirrorPassNeeds {
  db: Db;
  signer: TokenSigner;
  config: Config;
  hosts: Hosts;
}

/**
 * POST /__slip/mirror-pass — of a runtime host, for the container on its own page
 * (SV-19). A pass opens the registry mirror of that one host for a while. Who gets one:
 *
 *   - a project's tab, by the capability that the IDE gave it, while the sign-in lasts
 *   - a build, a sandbox or a stand-in for a tab, while a worker has it
 *   - the page of a share, by the token of its link, on the host that is the share's own
 *   - a third party's page that ALLOWED_EMBEDDERS admits, on the host that is its own
 */
export const mirrorPassRoute = (needs: MirrorPassNeeds, label: string | undefined) =>
  new Hono<ServerEnv>().post(
    MIRROR_PASS_PATH,
    requireSameOrigin(label === undefined ? '' : needs.hosts.runtimePattern.replace('{container}', label)),
    jsonBody(mirrorPassBody),
    async (c) => {
      const { shown, embedder } = c.req.valid('json');
      const payer = label === undefined ? undefined : await findPayer(needs, label, { shown, embedder });
      if (label === undefined || payer === undefined)
        return fail(
          c,
          'FORBIDDEN',
          label !== undefined && isShareLabel(label)
            ? 'This page gets no packages any more: its link was taken back, or has expired'
            : 'This page gets no packages from here: open the project anew in the IDE',
        );
      const exp = Math.floor(Date.now() / 1000) + (isShareLabel(label) ? SHARE_LIFETIME_SECONDS : LIFETIME_SECONDS);
      return c.json({ pass: needs.signer.sign({ use: 'mirror', label, ...payer, exp }) });
    },
  );

/** Whose the container is: an owner's, or a third party's (null). Undefined: it gets no pass. */
async function findPayer(
  { db, signer, config }: MirrorPassNeeds,
  label: string,
  { shown, embedder }: { shown: string | null; embedder: string | null },
): Promise<{ owner: string | null; sharer?: string } | undefined> {
  if (isEmbedderLabel(label)) {
    const isItsOwn = embedder !== null && sameEmbedder(label, embedderLabel(embedder));
    return isItsOwn && isAllowedEmbedder(config.ALLOWED_EMBEDDERS, embedder) ? { owner: null } : undefined;
  }
  if (isShareLabel(label)) {
    const tokenHash = hashShareToken(shown ?? '');
    if (shareLabelOf(tokenHash) !== label) return undefined;
    // Whoever runs it may be anybody: counted as a third party's.
    const share = await findShare(db, tokenHash);
    return share === undefined || share.kind === 'live' ? undefined : { owner: null, sharer: share.ownerId };
  }
  const machine = BUILDER_LABEL.exec(label)?.slice(1).join('-');
  if (machine !== undefined) {
    const owner = await getOwnerOfMachine(db, machine);
    return owner === undefined ? undefined : { owner };
  }
  const capability = shown === null ? undefined : signer.readCapability(shown, GRACE_SECONDS);
  if (capability?.family === undefined || (await getOwnerOfContainer(db, label)) !== capability.owner) return undefined;
  const user = await getSessionUser(db, capability.family);
  return user?.id === capability.owner ? { owner: user.id } : undefined;
}

function embedderLabel(origin: string): string {
  return embedderLabelOf(createHash('sha256').update(origin).digest(), 0);
}
