/** The names that SANDBOX_DRIVER can have; `create-sandbox-driver.ts` has a driver for each. */
export const sandboxDriverKinds = ['chromium'] as const;

/** Name of a driver, as the operator writes it. */
export type SandboxDriverKind = (typeof sandboxDriverKinds)[number];
