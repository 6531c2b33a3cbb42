/** Keys of the answers to what the agent asks, from anywhere in the window. */
export const ANSWER_KEYS = { once: 'Alt-y', always: 'Alt-Shift-y', deny: 'Alt-n' } as const;
