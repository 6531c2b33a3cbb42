/** For tests of other rooms: the real git, and histories for it. */
export { fillRepository } from './fill-repository.ts';
export { serveHttpBackend } from './http-backend.ts';
export { makeRandom } from './random.ts';
export { GIT_ENV, RealRepository } from './real-git.ts';
