import * as z from 'zod';
import { micros } from './ids.ts';
import { plainText, secretText } from './text.ts';

export const userRole = z.enum(['user', 'admin']);

/** Exactly these fields leave the server (AU-03). */
export const user = z.strictObject({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: userRole,
  createdAt: micros,
});
export type User = z.infer<typeof user>;

/** An address as it is stored and compared. */
export const emailAddress = plainText.trim().toLowerCase().max(320).pipe(z.email());
/** A password that is to be stored, or might be. */
export const newPassword = secretText.min(6).max(1024);

/** POST /api/v1/auth/login (AU-01). */
export const loginBody = z.strictObject({
  email: emailAddress,
  password: newPassword,
});
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
export type SessionResponse = z.infer<typeof sessionResponse>;

/** PUT /api/v1/auth/password: the first one set ends the local-owner mode (AU-10). */
export const setPasswordBody = z.strictObject({
  currentPassword: secretText.max(1024).optional(),
  password: newPassword,
  email: emailAddress.optional(),
});
export type SetPasswordBody = z.infer<typeof setPasswordBody>;

export const meResponse = z.strictObject({ user });
export type MeResponse = z.infer<typeof meResponse>;

/**
 * POST /api/v1/projects/:id/capability: what a runtime origin may present to
 * the mirror and the relay. The IDE hands it to `configureAPIKey`, so it arrives
 * at `/headless` as `client_id`; it opens nothing else of the API.
 */
export const capabilityResponse = z.strictObject({ capability: z.string(), expiresIn: z.int().positive() });
export type CapabilityResponse = z.infer<typeof capabilityResponse>;

export const okResponse = z.strictObject({ success: z.literal(true) });
export type OkResponse = z.infer<typeof okResponse>;
