/** The names that SANDBOX_DRIVER can have; `create-machines.ts` has machines for each. */
export const sandboxDriverKinds = ['chromium', 'local'] as const;

/** What SANDBOX_DRIVER can be. */
export type SandboxDriverKind = (typeof sandboxDriverKinds)[number];
