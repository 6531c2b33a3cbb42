/** App, runtime and preview hosts on one loopback port, with pages of the app host that tests embed from. */
import { isolationHeaders } from '@slipway/embed';
import { answer, type AppRoutes, type ServedHosts, serveHosts } from '@slipway/embed/node';

export interface TestHosts extends ServedHosts {
  /** A page of another site that may embed the runtime: its frames here are third parties. */
  readonly thirdParty: string;
}

const PAGE = '<!doctype html><meta charset="utf-8"><body><script type="module" src="/page.js"></script>';

/** `appScript` runs in every page of the app host; `appFiles` is what it has besides. */
export async function serveTestHosts(
  dist: string,
  appScript: string,
  appFiles: (path: string) => Buffer | undefined = () => undefined,
): Promise<TestHosts> {
  const hosts = await serveHosts({
    files: dist,
    app: testPages(appScript, appFiles),
    // The first is a stranger, the second another site that is allowed.
    moreAppHosts: ['evil.slipway.localhost', 'localhost'],
    moreParents: ['localhost', 'rt.slipway.localhost'],
  });
  return { ...hosts, thirdParty: `http://localhost:${hosts.port}` };
}

function testPages(script: string, appFiles: (path: string) => Buffer | undefined): AppRoutes {
  return ({ pathname }, _request, response) => {
    const headers = { ...isolationHeaders.app, 'Cache-Control': 'no-cache', 'Origin-Agent-Cluster': '?1' };
    const own = appFiles(pathname);
    if (own !== undefined) answer(response, 200, 'application/octet-stream', own, headers);
    else if (pathname === '/page.js') answer(response, 200, 'text/javascript', script, headers);
    // The client's popup needs its opener, so neither page is isolated.
    else if (pathname === '/plain' || pathname.startsWith('/webcontainer/connect/'))
      answer(response, 200, 'text/html', PAGE, { 'Cache-Control': 'no-cache', 'Origin-Agent-Cluster': '?1' });
    else if (pathname === '/credentialless')
      answer(response, 200, 'text/html', PAGE, { ...headers, 'Cross-Origin-Embedder-Policy': 'credentialless' });
    else answer(response, 200, 'text/html', PAGE, headers);
    return true;
  };
}
