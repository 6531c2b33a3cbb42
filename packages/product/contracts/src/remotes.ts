import * as z from 'zod';
import { plainText } from './text.ts';

/** So many repositories elsewhere a project may know. */
export const REMOTES_LIMIT = 20;

/** A name git takes for a remote; the first character keeps it from being read as an option. */
export const remoteName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'letters, digits, dots and dashes');

/** Where a remote is: https alone, and no password in the address, where everybody would see it. */
export const remoteUrl = plainText
  .max(2000)
  .regex(/^https:\/\/[^\s/?#@\\]+(\/[!-"$->@-~]*)?$/, 'an https address without name, password, query and fragment');

const credentialText = plainText.min(1).max(2000);

/** PUT /api/v1/projects/:id/remotes/:name. The credential goes in and never comes out. */
export const setRemoteBody = z.strictObject({
  url: remoteUrl,
  credential: z
    .strictObject({
      username: credentialText.refine((text) => !text.includes(':'), 'no colon'),
      password: credentialText,
    })
    .nullable(),
});
/** `credential` null: the repository is public, or the one stored before is to go. */
export type SetRemoteBody = z.infer<typeof setRemoteBody>;

/** A repository elsewhere that a project can be filled from and pushed to. */
export const remote = z.strictObject({ name: remoteName, url: z.string(), hasCredential: z.boolean() });
/** `hasCredential` is all that is ever told of the credential. */
export type Remote = z.infer<typeof remote>;
/** GET /api/v1/projects/:id/remotes. */
export const remoteListResponse = z.strictObject({ remotes: z.array(remote).max(REMOTES_LIMIT) });
/** All of them: REMOTES_LIMIT is small enough for one page. */
export type RemoteListResponse = z.infer<typeof remoteListResponse>;

/** POST /api/v1/projects/:id/import fills an empty project from a remote. */
export const importBody = z.strictObject({ remote: remoteName });
/** How many refs came, and git's id of the commit that the files now are. */
export const importResponse = z.strictObject({ refs: z.int().nonnegative(), commit: z.string() });
/** The files are a snapshot of the kind `import`; the tab reads it as any other. */
export type ImportResponse = z.infer<typeof importResponse>;

/** POST /api/v1/projects/:id/remotes/:name/push. */
export const pushRemoteBody = z.strictObject({ branch: plainText.min(1).max(200).default('main') });
/** `refused` says why, in git's words. */
export const pushRemoteResponse = z.strictObject({
  outcome: z.enum(['pushed', 'unchanged', 'refused']),
  commit: z.string(),
  reason: z.string().nullable(),
});
/** A refusal by the other side is no error: `refused` comes with status 200. */
export type PushRemoteResponse = z.infer<typeof pushRemoteResponse>;
