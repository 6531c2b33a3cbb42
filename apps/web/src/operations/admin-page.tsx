import { A } from '@solidjs/router';
import { Show } from 'solid-js';
import { useApi } from '../api/context.ts';
import { JobsSection } from './jobs-section.tsx';
import { StorageSection } from './storage-section.tsx';
import { WorkersSection } from './workers-section.tsx';
import { Notice } from '../shell/notice.tsx';
import { AuditList } from '../people/audit-list.tsx';
import { InvitationsSection } from '../people/invitations-section.tsx';
import { PeopleSection } from '../people/people-section.tsx';
import { UserMenu } from '../people/user-menu.tsx';
import '../people/people.css';

/** Looking after people; the server asks for the role too. */
export function AdminPage() {
  const api = useApi();
  return (
    <main class="projects people">
      <header class="page-head">
        <div class="grow">
          <h1>Administration</h1>
          <p class="muted">
            People and invitations, what runs here, what it costs, and what was done. <A href="/">All projects</A>
          </p>
        </div>
        <UserMenu />
      </header>
      <Show
        when={api.user()?.role === 'admin'}
        fallback={<Notice tone="error" title="This page is for admins" text="Ask one of them to change your role." />}
      >
        <PeopleSection />
        <InvitationsSection />
        <JobsSection />
        <WorkersSection />
        <StorageSection />
        <section aria-labelledby="audit">
          <h2 id="audit">Audit log</h2>
          <AuditList read={(before) => api.people.audit(before)} everybody />
        </section>
      </Show>
    </main>
  );
}
