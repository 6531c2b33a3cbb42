const uuid = '00000000-0000-4000-8000-000000000000';
const token = 'a'.repeat(43);
const share = {
  id: uuid,
  projectId: uuid,
  kind: 'copy',
  ending: 'abcd',
  createdAt: 1,
  expiresAt: 2,
  views: 0,
  copies: 0,
};
const shared = { kind: 'embed', name: 'N', owner: 'O', expiresAt: 1, files: [{ path: 'a', size: 0 }], cut: false };

/** For each schema of shares: what it takes, and what it must not. */
export const shareCases: Record<string, { takes: unknown; refuses: unknown[] }> = {
  shareKind: { takes: 'copy', refuses: ['', 'write', 1] },
  share: { takes: share, refuses: [{ ...share, token }, { ...share, views: -1 }, {}] },
  createShareBody: {
    takes: { kind: 'copy', expiresInHours: 24 },
    refuses: [{ kind: 'copy' }, { kind: 'copy', expiresInHours: 0 }, { kind: 'copy', expiresInHours: 8785 }],
  },
  createShareResponse: { takes: { share, token }, refuses: [{ share }, { token }] },
  shareListResponse: { takes: { shares: [share] }, refuses: [{}, { shares: Array.from({ length: 51 }, () => share) }] },
  shareToken: { takes: token, refuses: ['a'.repeat(42), `${token}=`, 1] },
  lookAtShareBody: { takes: { token }, refuses: [{}, { token: 'x' }, { token, path: 'a' }] },
  sharedProjectResponse: {
    takes: shared,
    refuses: [
      { ...shared, projectId: uuid },
      { ...shared, files: [{ path: 'a', size: -1 }] },
    ],
  },
  sharedFileBody: { takes: { token, path: 'a' }, refuses: [{ token }, { token, path: '' }, { token, path: 'a\0' }] },
};
