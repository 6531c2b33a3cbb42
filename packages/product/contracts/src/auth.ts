import * as z from 'zod';
import { micros } from './ids.ts';
import { plainText, secretText } from './text.ts';

/** An `admin` looks after people, invitations and the audit log; it opens nobody else's projects. */
export const userRole = z.enum(['user', 'admin']);

/** Exactly these fields leave the server (AU-03). */
export const user = z.strictObject({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: userRole,
  createdAt: micros,
});
/** The account as its owner and admins see it; password and provider are not part of it. */
export type User = z.infer<typeof user>;

/** Small letters, and no blanks around it. */
export const emailAddress = plainText.trim().toLowerCase().max(320).pipe(z.email());
/** 1024 at most, since all of it is hashed. */
export const newPassword = secretText.min(6).max(1024);

/** POST /api/v1/auth/login (AU-01). */
export const loginBody = z.strictObject({
  email: emailAddress,
  password: newPassword,
});
/** What a person types; the address is compared in small letters. */
export type LoginBody = z.infer<typeof loginBody>;

/** Answer of login, refresh and local sign-in (AU-02). The refresh token is never in a body. */
export const sessionResponse = z.strictObject({
  success: z.literal(true),
  data: z.strictObject({
    user,
    accessToken: z.string(),
    /** Seconds until the access token expires. */
    expiresIn: z.int().positive(),
  }),
});
/** What a browser keeps in memory; the refresh token came as a cookie that scripts cannot read. */
export type SessionResponse = z.infer<typeof sessionResponse>;

/** PUT /api/v1/auth/password: the first one set ends the local-owner mode (AU-10). */
export const setPasswordBody = z.strictObject({
  currentPassword: secretText.max(1024).optional(),
  password: newPassword,
  email: emailAddress.optional(),
});
/** `currentPassword` may be missing only where the account has none yet. */
export type SetPasswordBody = z.infer<typeof setPasswordBody>;

/** GET /api/v1/auth/me: whose the access token is, as the database has it now. */
export const meResponse = z.strictObject({ user });
/** Fresher than what the IDE was told on opening: a role may have been changed since. */
export type MeResponse = z.infer<typeof meResponse>;

/**
 * POST /api/v1/projects/:id/capability: what a runtime origin may present to
 * the mirror and the relay. The IDE hands it to `configureAPIKey`, so it arrives
 * at `/headless` as `client_id`; it opens nothing else of the API.
 */
export const capabilityResponse = z.strictObject({ capability: z.string(), expiresIn: z.int().positive() });
/** `expiresIn` is in seconds, from the moment of the answer. */
export type CapabilityResponse = z.infer<typeof capabilityResponse>;

/** The answer where success is all that there is to say. */
export const okResponse = z.strictObject({ success: z.literal(true) });
/** Failures never look like it: they are an `ErrorEnvelope` with a status of 400 and up. */
export type OkResponse = z.infer<typeof okResponse>;
