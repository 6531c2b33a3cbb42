import * as z from 'zod';

/** Every `code` an API answer can carry, with the HTTP status it goes out with. */
export const errorStatuses = {
  VALIDATION_ERROR: 400,
  UNAUTHORIZED: 401,
  INVALID_CREDENTIALS: 401,
  FORBIDDEN: 403,
  ORIGIN_REFUSED: 403,
  LOCAL_OWNER_UNAVAILABLE: 403,
  NOT_FOUND: 404,
  PROJECT_NOT_FOUND: 404,
  SNAPSHOT_NOT_FOUND: 404,
  BLOB_NOT_FOUND: 404,
  BUILD_NOT_FOUND: 404,
  ARTIFACT_NOT_FOUND: 404,
  TEMPLATE_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  STALE_REVISION: 409,
  PASSWORD_ALREADY_SET: 409,
  BUILD_NOT_SUCCEEDED: 409,
  PAYLOAD_TOO_LARGE: 413,
  UNKNOWN_HOST: 421,
  INVALID_TREE: 422,
  MISSING_BLOBS: 422,
  BLOB_MISMATCH: 422,
  RATE_LIMITED: 429,
  INTERNAL_ERROR: 500,
  SERVICE_ERROR: 502,
  UPSTREAM_UNAVAILABLE: 502,
  SERVICE_UNAVAILABLE: 503,
} as const;

export type ErrorCode = keyof typeof errorStatuses;

export const errorCode = z.enum(Object.keys(errorStatuses) as [ErrorCode, ...ErrorCode[]]);

/**
 * The one error body of the API (AU-06). `code` is a plain string here because
 * an upstream user service may hand its own code through (AU-05); our own
 * answers only ever use `ErrorCode`.
 */
export const errorEnvelope = z.object({
  code: z.string(),
  message: z.string(),
  details: z.unknown().optional(),
});
export type ErrorEnvelope = z.infer<typeof errorEnvelope>;

/** `details` of a VALIDATION_ERROR: one entry for each field that was refused. */
export const fieldError = z.object({ field: z.string(), message: z.string() });
export type FieldError = z.infer<typeof fieldError>;
