import * as z from 'zod';
import { emailAddress, newPassword, user, userRole } from './auth.ts';
import { id, micros } from './ids.ts';
import { plainText, secretText } from './text.ts';

/** Who may make an account: nobody, who was invited, anybody. */
export const signUpPolicy = z.enum(['closed', 'invite', 'open']);
/** The operator's SIGN_UP; it counts for people of an identity provider too. */
export type SignUpPolicy = z.infer<typeof signUpPolicy>;

/** GET /api/v1/auth/methods: how a person signs in here, for the page that asks. */
export const signInMethods = z.strictObject({
  password: z.boolean(),
  signUp: signUpPolicy,
  /** The identity provider's name on the button; null: there is none. */
  oidc: z.string().nullable(),
});
/** Told to anybody, so it holds nothing of anybody. */
export type SignInMethods = z.infer<typeof signInMethods>;

/** What stands in a link; made by the server. */
const linkToken = z.string().regex(/^[\w-]{43}$/);
const personName = plainText.trim().min(1).max(100);

/** POST /api/v1/auth/sign-up. */
export const signUpBody = z.strictObject({
  email: emailAddress,
  name: personName,
  password: newPassword,
  invitation: linkToken.optional(),
});
/** `invitation` is the token of a link; needed where the policy is `invite`. */
export type SignUpBody = z.infer<typeof signUpBody>;

/** POST /api/v1/auth/invitation and /auth/reset-link: what a link is for. By POST, so that no log has the link. */
export const lookAtLinkBody = z.strictObject({ token: linkToken });
/** Whom an invitation is for; `email` null: for whoever has the link. */
export const invitationResponse = z.strictObject({ email: z.string().nullable(), expiresAt: micros });
/** `chooseEmail`: the account has no address of its own yet. */
export const resetLinkResponse = z.strictObject({
  email: z.string(),
  /** The first person to sign in here says under which address. */
  chooseEmail: z.boolean(),
});

/** POST /api/v1/auth/reset: a new password by a link. Every session of the account ends. */
export const resetPasswordBody = z.strictObject({
  token: linkToken,
  password: newPassword,
  email: emailAddress.optional(),
});
/** `email` counts only where the link's page was told `chooseEmail`. */
export type ResetPasswordBody = z.infer<typeof resetPasswordBody>;

/** PATCH /api/v1/account. */
export const updateAccountBody = z.strictObject({ name: personName });

/** `current` marks the browser that asks. */
export const session = z.strictObject({
  id,
  current: z.boolean(),
  /** What the browser says it is. */
  userAgent: z.string().nullable(),
  address: z.string().nullable(),
  createdAt: micros,
  lastUsedAt: micros,
  expiresAt: micros,
});
/** Not a token: ending it by its id makes the browser's refresh cookie worthless. */
export type Session = z.infer<typeof session>;

/** GET /api/v1/account/sessions: the hundred that were used last. */
export const SESSIONS_LIMIT = 100;
/** In the order of their last use, the latest first. */
export const sessionListResponse = z.strictObject({ sessions: z.array(session).max(SESSIONS_LIMIT) });
/** At most one is `current`: that of the access token that asked. */
export type SessionListResponse = z.infer<typeof sessionListResponse>;

/** POST /api/v1/account/delete. The password where there is one. */
export const deleteAccountBody = z.strictObject({ password: secretText.max(1024).optional() });

/** `id` gives the order, and is where a page goes on. */
export const auditEntry = z.strictObject({
  id: z.int(),
  at: micros,
  /** Null: nobody who was signed in, or the server itself. */
  actorId: z.string().nullable(),
  /** Null also where the account is gone. */
  actor: z.string().nullable(),
  personId: z.string().nullable(),
  person: z.string().nullable(),
  action: z.string(),
  target: z.string().nullable(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  address: z.string().nullable(),
});
/** `actor` did it, `person` is to whom; names are those of now, ids those of then. */
export type AuditEntry = z.infer<typeof auditEntry>;

/** A page of entries, newest first; `next` goes into `?before=` for the page behind. */
export const auditResponse = z.strictObject({ entries: z.array(auditEntry), next: z.int().nullable() });
/** Entries that are older than the operator keeps them are not in it. */
export type AuditResponse = z.infer<typeof auditResponse>;

/** `projects` is a number alone: admins do not see which they are. */
export const person = z.strictObject({
  ...user.shape,
  provider: z.enum(['local', 'upstream', 'oidc']),
  hasPassword: z.boolean(),
  projects: z.int(),
  lastSeenAt: micros.nullable(),
});
/** `lastSeenAt` null: no session of hers is left to tell. */
export type Person = z.infer<typeof person>;

/** A page of people by address; `next` goes into `?after=`. */
export const peopleResponse = z.strictObject({ people: z.array(person), next: z.string().nullable() });
/** In the order of addresses, so that a page may be asked for again without repeating or missing anybody. */
export type PeopleResponse = z.infer<typeof peopleResponse>;

/** PATCH /api/v1/admin/people/:id. */
export const changeRoleBody = z.strictObject({ role: userRole });

/** An invitation that was not used yet. */
export const invitation = z.strictObject({
  id,
  email: z.string().nullable(),
  role: userRole,
  createdAt: micros,
  expiresAt: micros,
});
/** Without its link, which was shown once. */
export type Invitation = z.infer<typeof invitation>;

/** So many invitations may be open at once. */
export const INVITATIONS_LIMIT = 200;
/** GET /api/v1/admin/invitations: those that still open the door. */
export const invitationListResponse = z.strictObject({ invitations: z.array(invitation).max(INVITATIONS_LIMIT) });
/** One whose time is over is not in it; nor one that was used. */
export type InvitationListResponse = z.infer<typeof invitationListResponse>;

/** POST /api/v1/admin/invitations. */
export const createInvitationBody = z.strictObject({
  email: emailAddress.optional(),
  role: userRole,
  expiresInDays: z.int().min(1).max(30),
});
/** POST /api/v1/admin/invitations. Slipway sends no mail: a person hands the link over. */
export const createInvitationResponse = z.strictObject({
  invitation,
  /** For the person who invites to hand over; it is shown once. */
  link: z.string(),
});
/** The only answer that holds the link. */
export type CreateInvitationResponse = z.infer<typeof createInvitationResponse>;

/** POST /api/v1/admin/people/:id/reset. */
export const resetLinkCreatedResponse = z.strictObject({ link: z.string(), expiresAt: micros });
/** An earlier link of the same account opens nothing any more. */
export type ResetLinkCreatedResponse = z.infer<typeof resetLinkCreatedResponse>;
