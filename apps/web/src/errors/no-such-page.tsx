import { A } from '@solidjs/router';
import { Notice } from '../shell/notice.tsx';

/** What an address shows that is no page of the IDE. */
export function NoSuchPage() {
  return (
    <main class="center">
      <Notice alone tone="error" title="No such page" text="Nothing of Slipway is at this address." />
      <A href="/">All projects</A>
    </main>
  );
}
