import * as z from 'zod';

/** Every `code` an API answer can carry, with the HTTP status it goes out with. */
export const errorStatuses = {
  VALIDATION_ERROR: 400,
  UNAUTHORIZED: 401,
  INVALID_CREDENTIALS: 401,
  FORBIDDEN: 403,
  /** The access token was made for something else (SV-14). */
  SCOPE_MISSING: 403,
  /** A limit of the owner's is reached (SV-07); `details` say which. */
  QUOTA_EXCEEDED: 403,
  ORIGIN_REFUSED: 403,
  /** No account is made here, or not without an invitation. */
  SIGN_UP_CLOSED: 403,
  LOCAL_OWNER_UNAVAILABLE: 403,
  NOT_FOUND: 404,
  PROJECT_NOT_FOUND: 404,
  SNAPSHOT_NOT_FOUND: 404,
  BLOB_NOT_FOUND: 404,
  BUILD_NOT_FOUND: 404,
  JOB_NOT_FOUND: 404,
  ARTIFACT_NOT_FOUND: 404,
  CHECKPOINT_NOT_FOUND: 404,
  FILE_NOT_FOUND: 404,
  TEMPLATE_NOT_FOUND: 404,
  LINK_NOT_FOUND: 404,
  ADDRESS_NOT_FOUND: 404,
  VARIABLE_NOT_FOUND: 404,
  PROVIDER_NOT_FOUND: 404,
  REMOTE_NOT_FOUND: 404,
  COMMAND_NOT_FOUND: 404,
  SANDBOX_NOT_FOUND: 404,
  ACCESS_TOKEN_NOT_FOUND: 404,
  SESSION_NOT_FOUND: 404,
  PERSON_NOT_FOUND: 404,
  PLUGIN_NOT_FOUND: 404,
  /** Unknown, used, taken back or too old: which it was is not for strangers to know. */
  LINK_NOT_VALID: 404,
  METHOD_NOT_ALLOWED: 405,
  STALE_REVISION: 409,
  /** Only a project without files is filled from another repository (HI-07). */
  PROJECT_NOT_EMPTY: 409,
  PASSWORD_ALREADY_SET: 409,
  BUILD_NOT_SUCCEEDED: 409,
  /** A tab may not publish its own build of this project; the message says why. */
  BUILD_ON_SERVER: 409,
  /** It was built on the server, or is being checked: there is nothing to check. */
  NOTHING_TO_VERIFY: 409,
  /** It is what the project shows, or still being made. */
  BUILD_IN_USE: 409,
  ADDRESS_TAKEN: 409,
  DOMAIN_NOT_PROVEN: 409,
  /** Another tab or device has the project's container (RN-17). */
  HELD_ELSEWHERE: 409,
  /** The caller's claim to the project is over: its epoch is an older one. */
  HOLDER_LOST: 409,
  /** The project is open nowhere: there is no container that could run anything (RN-15). */
  NO_HOLDER: 409,
  /** Another project's run is going, and was not to be stopped. */
  RUN_ELSEWHERE: 409,
  COMMAND_OVER: 409,
  /** A session of the agent cannot do this now; `details` have the agent's own code. */
  AGENT_REFUSED: 409,
  /** Two requests made a sandbox of one id at once. */
  SANDBOX_TAKEN: 409,
  /** There are as many of these as one person may have. */
  JOB_STATE: 409,
  TOO_MANY: 409,
  EMAIL_TAKEN: 409,
  PLUGIN_EXISTS: 409,
  /** The plugin is in a state in which this has no meaning (PL-02); `details` say which it is and would have to be. */
  PLUGIN_STATE: 409,
  /** What is stored, or the version, does not let this component take the plugin’s place. */
  PLUGIN_NOT_UPGRADED: 409,
  /** A row of a plugin is no longer in the version that was shown. */
  PLUGIN_ROW_CONFLICT: 409,
  /** Somebody must be left who can look after the others. */
  LAST_ADMIN: 409,
  /** The machine's owner has no password yet, and would be locked out. */
  PASSWORD_NEEDED: 409,
  PAYLOAD_TOO_LARGE: 413,
  UNKNOWN_HOST: 421,
  INVALID_TREE: 422,
  MISSING_BLOBS: 422,
  /** A save named bytes that the server cannot put together: they have to be sent whole. */
  MISSING_CONTENT: 422,
  BLOB_MISMATCH: 422,
  /** The container could not do what was asked, such as run a script that is not there. */
  RUN_REFUSED: 422,
  /** The bytes are no plugin, or one that may not be (PL-03). */
  PLUGIN_INVALID: 422,
  RATE_LIMITED: 429,
  INTERNAL_ERROR: 500,
  SERVICE_ERROR: 502,
  UPSTREAM_UNAVAILABLE: 502,
  /** Another server, named by the user, did not do what git asked of it. */
  REMOTE_FAILED: 502,
  SERVICE_UNAVAILABLE: 503,
  /** The holder is there and did not answer in time. */
  HOLDER_SILENT: 504,
} as const;

/** What a client may decide by; messages are for people and change freely. */
export type ErrorCode = keyof typeof errorStatuses;

/** Parses a code that came over the wire. A newer server's may fail: keep `errorEnvelope` for reading answers. */
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
/** `details` depends on the code; parse it with the schema that the code's own comment names. */
export type ErrorEnvelope = z.infer<typeof errorEnvelope>;

/** `details` of a VALIDATION_ERROR: one entry for each field that was refused. */
export const fieldError = z.object({ field: z.string(), message: z.string() });
/** `field` is a path with dots, such as `scopes.0.verb`. */
export type FieldError = z.infer<typeof fieldError>;
