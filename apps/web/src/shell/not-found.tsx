import { A } from '@solidjs/router';

export function NotFound() {
  return (
    <main class="center">
      <h1>No such page</h1>
      <A href="/">All projects</A>
    </main>
  );
}
