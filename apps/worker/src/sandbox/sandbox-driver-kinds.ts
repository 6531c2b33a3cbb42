/** The names that SANDBOX_DRIVER can have; `create-machines.ts` has machines for each. */
export const sandboxDriverKinds = ['chromium', 'local'] as const;

/** Name of a driver, as the operator writes it. */
export type SandboxDriverKind = (typeof sandboxDriverKinds)[number];
