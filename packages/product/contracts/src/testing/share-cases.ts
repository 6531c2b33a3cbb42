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
const viewer = { id: 'a'.repeat(32), sinceMs: 1, agent: 'x', requests: 0 };
const shared = { kind: 'embed', name: 'N', owner: 'O', expiresAt: 1, files: [{ path: 'a', size: 0 }], cut: false };

/** For each schema of shares: what it takes, and what it must not. */
export const shareCases: Record<string, { takes: unknown; refuses: unknown[] }> = {
  shareKind: { takes: 'copy', refuses: ['', 'write', 1] },
  share: { takes: share, refuses: [{ ...share, token }, { ...share, views: -1 }, {}] },
  createShareBody: {
    takes: { kind: 'copy', expiresInHours: 24 },
    refuses: [
      { kind: 'copy' },
      { kind: 'live', expiresInHours: 9 },
      { kind: 'copy', expiresInHours: 0 },
      { kind: 'copy', expiresInHours: 8785 },
    ],
  },
  createShareResponse: { takes: { share, token, url: 'http://x' }, refuses: [{ share, token }, { token }] },
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
  liveViewer: { takes: viewer, refuses: [{ ...viewer, id: 'x' }, {}] },
  liveServerMessage: {
    takes: { type: 'viewers', viewers: [viewer] },
    refuses: [{ type: 'viewers' }, { type: 'viewers', viewers: Array.from({ length: 101 }, () => viewer) }],
  },
  liveTabMessage: {
    takes: { type: 'end-viewer', viewerId: viewer.id },
    refuses: [{ type: 'end-viewer' }, { type: 'end-viewer', viewerId: 'a'.repeat(65) }],
  },
  sharedFileBody: { takes: { token, path: 'a' }, refuses: [{ token }, { token, path: '' }, { token, path: 'a\0' }] },
};
