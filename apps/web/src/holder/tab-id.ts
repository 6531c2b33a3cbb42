const KEY = 'slipway-holder';

let claimed: Promise<string> | undefined;

/**
 * Which holder this tab is: the same after a reload, so that it has its projects again at once. A
 * duplicated tab brings the id of the tab that it was made from; the lock says that it is taken.
 */
export function tabId(): Promise<string> {
  claimed ??= claimId();
  return claimed;
}

async function claimId(): Promise<string> {
  const known = sessionStorage.getItem(KEY);
  if (known !== null && (await takeName(known))) return known;
  const id = crypto.randomUUID();
  sessionStorage.setItem(KEY, id);
  await takeName(id);
  return id;
}

/** The lock is this page's until it goes. */
function takeName(id: string): Promise<boolean> {
  return new Promise((resolve) => {
    navigator.locks
      .request(`${KEY}-${id}`, { ifAvailable: true }, async (lock) => {
        resolve(lock !== null);
        if (lock !== null) await new Promise<never>(() => undefined);
      })
      .catch((error: unknown) => {
        console.warn('Cannot take the name of this tab:', error);
        resolve(false);
      });
  });
}
