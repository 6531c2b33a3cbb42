/**
 * `/oauth/authorize`: where the client's `auth.startAuthFlow()` leads. Containers
 * here need no sign-in, so the page goes back with the error of RFC 6749, 4.1.2.1
 * and `auth.init()` says it to the application.
 */
import { isAllowedParent } from '../headless/embedder.ts';
import { loadConfig } from '../load-config.ts';

const ERROR = 'unsupported_response_type';
const DESCRIPTION =
  'This runtime has no sign-in of its own: containers boot without one, and private packages come through .npmrc';

async function refuse(): Promise<void> {
  document.body.textContent = DESCRIPTION;
  const wanted = new URLSearchParams(location.search).get('redirect_uri');
  if (wanted === null || !URL.canParse(wanted)) return;
  const target = new URL(wanted);
  // Back only to pages that may boot a container: this must not lead just anywhere.
  if (!isAllowedParent(await loadConfig(), target.origin)) return;
  target.searchParams.set('error', ERROR);
  target.searchParams.set('error_description', DESCRIPTION);
  location.replace(target.href);
}

refuse().catch((error: unknown) => {
  const cause = error instanceof Error ? error.message : String(error);
  document.body.textContent = `${DESCRIPTION}. Cannot go back: ${cause}`;
});
