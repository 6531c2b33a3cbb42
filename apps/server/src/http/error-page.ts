import type { Context } from 'hono';
import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** What a person who followed a link is told instead of the page. */
export interface ErrorPage {
  readonly title: string;
  /** What may be the reason, and what to do next. */
  readonly text: string;
  readonly link?: { readonly href: string; readonly text: string };
}

/** Whether a person is to see the answer: a navigation, as browsers mark it, or a client that asks for HTML by name. */
export function wantsPage(c: Context): boolean {
  return isNavigation((name) => c.req.header(name));
}

/** By Sec-Fetch-Dest, which no script can set; for older browsers by what they accept. */
export function isNavigation(header: (name: string) => string | undefined): boolean {
  const destination = header('sec-fetch-dest');
  if (destination !== undefined) return destination === 'document' || /^i?frame$/.test(destination);
  return (header('accept') ?? '').includes('text/html');
}

/**
 * An error as a page that needs nothing else: no script, no file of ours, since
 * the hosts that show it may serve neither. `hono/html` escapes what is put in.
 */
export function errorPage(c: Context, status: ContentfulStatusCode, page: ErrorPage): Response | Promise<Response> {
  c.header('Cache-Control', 'no-store');
  const link = page.link && html`<p><a href="${page.link.href}">${page.link.text}</a></p>`;
  return c.html(
    pageFrame(
      page.title,
      html`<h1>${page.title}</h1>
        <p>${page.text}</p>
        ${link ?? ''}`,
    ),
    status,
  );
}

/** A page of ours on a host that is not, with its looks in it. */
export function pageFrame(
  title: string,
  body: HtmlEscapedString | Promise<HtmlEscapedString>,
): HtmlEscapedString | Promise<HtmlEscapedString> {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        <style>
          :root {
            color-scheme: light dark;
            font:
              16px/1.5 system-ui,
              sans-serif;
          }
          body {
            margin: 0;
            min-height: 100vh;
            display: grid;
            place-items: center;
          }
          main {
            max-width: 32rem;
            padding: 2rem;
            text-align: center;
          }
          input,
          button {
            font: inherit;
            padding: 0.5rem 0.75rem;
          }
        </style>
      </head>
      <body>
        <main>${body}</main>
      </body>
    </html>`;
}
