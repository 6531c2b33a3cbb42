/**
 * `/oauth/authorize`: where the client's `auth.startAuthFlow()` leads. Containers here need no sign-in, so the
 * page goes back at once: with a code that anybody gets where the host gives tokens for it, so that apps that
 * wait for `auth.loggedIn()` go on; else, on a host of files alone, with the error of RFC 6749, 4.1.2.1, which
 * `auth.init()` says to the application.
 */
import { isAllowedParent } from '../headless/embedder.ts';
import { loadConfig } from '../load-config.ts';

const ERROR = 'unsupported_response_type';
const DESCRIPTION =
  'This runtime has no sign-in of its own: containers boot without one, and private packages come through .npmrc';

async function goBack(): Promise<void> {
  document.body.textContent = DESCRIPTION;
  const asked = new URLSearchParams(location.search);
  const wanted = asked.get('redirect_uri');
  if (wanted === null || !URL.canParse(wanted)) return;
  const target = new URL(wanted);
  // Back only to pages that may boot a container: this must not lead just anywhere.
  if (!isAllowedParent(await loadConfig(), target.origin)) return;
  if (await givesTokens()) target.searchParams.set('code', 'anonymous');
  else {
    target.searchParams.set('error', ERROR);
    target.searchParams.set('error_description', DESCRIPTION);
  }
  location.replace(target.href);
}

async function givesTokens(): Promise<boolean> {
  const response = await fetch('/oauth/token', { method: 'POST' });
  // A host of files may answer any address with a page.
  return response.ok && (response.headers.get('content-type') ?? '').startsWith('application/json');
}

goBack().catch((error: unknown) => {
  const cause = error instanceof Error ? error.message : String(error);
  document.body.textContent = `${DESCRIPTION}. Cannot go back: ${cause}`;
});
