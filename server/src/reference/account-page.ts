// What a browser sees at a mailed link before the console exists: how to use the token, which stays in the browser.
import { markup } from './markup.ts';
import { renderPage, type RenderedPage } from './page.ts';

export type AccountCall = { readonly title: string; readonly path: string; readonly body: string };

/** Pages of the links in mails. Fragments are never sent, so the page knows nothing of the token. */
export const accountCalls = {
  '/account/reset-password': {
    title: 'Set a new password',
    path: '/api/v1/account/password/reset',
    body: '{"token": "…", "newPassword": "…"}',
  },
  '/account/verify-email': {
    title: 'Confirm your e-mail address',
    path: '/api/v1/account/email/verify',
    body: '{"token": "…"}',
  },
  '/account/confirm-email': {
    title: 'Confirm the change of your e-mail address',
    path: '/api/v1/account/email/confirm',
    body: '{"token": "…"}',
  },
} as const satisfies Readonly<Record<`/account/${string}`, AccountCall>>;

export function renderAccountPage({ title, path, body }: AccountCall): RenderedPage {
  return renderPage(
    title,
    markup`<main>
      <h1>${title}</h1>
      <p>Web pages come with a later release. Until then the link is used with a call:</p>
      <p><code>POST ${path}</code> with <code>${body}</code></p>
      <p>
        The token is what stands behind <code>#token=</code> in the address of this page. Your browser has sent it to nobody. It works
        once.
      </p>
      <p><a href="/api/docs">The API</a></p>
    </main>`,
  );
}
