import { A } from '@solidjs/router';
import { Notice } from '../shell/notice.tsx';

/** What the page of a project shows that is not there. Whose it was instead is nobody's business. */
export function NoSuchProject() {
  return (
    <main class="center">
      <Notice
        alone
        tone="error"
        title="No such project"
        text="It was deleted, or it belongs to another account. Check the address, or choose one of yours."
      />
      <A href="/">All projects</A>
    </main>
  );
}
