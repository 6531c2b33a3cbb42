/** Where a session is: nobody runs, a turn runs, or a turn waits for a person's answer. */
export type SessionStatus = 'Idle' | 'Running' | 'Paused';
